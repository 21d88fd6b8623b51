/** A browser that unpacks itself into the temporary folder, and the pages of the dashboard in it. */
import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser, type BrowserContext, type Page } from "playwright-core";

/** As a browser of a person is: the package's own list turns the checks of origins off. */
const args = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
];

export async function startBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args,
    headless: true,
    timeout: 240_000,
  });
}

export interface View {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the policy refused, and what went wrong in scripts. */
  readonly complaints: readonly string[];
}
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** What the browser's clock shows all the time; absent: the time. */
  readonly nowMs?: number;
}

/** A tab of a new profile. */
export async function openView(browser: Browser, look: Look = {}): Promise<View> {
  const { width = 1440, height = 900, colorScheme = "light" } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  if (look.nowMs !== undefined) await context.clock.setFixedTime(look.nowMs);
  // Far more than anything takes: other suites have the processors too.
  context.setDefaultTimeout(100_000);
  const complaints: string[] = [];
  // Of every tab of it, also of those that a test opens.
  context.on("weberror", (error) => complaints.push(`error: ${error.error().message}`));
  context.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) complaints.push(message.text());
  });
  return { page: await context.newPage(), context, complaints };
}
