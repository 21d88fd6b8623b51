/** How numbers and times are written in sentences: reasons, answers, messages. */

/** `1 item`, `2 items` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The time of day if it is today; otherwise the date as well (UTC). */
export function clockTime(timeMs: number, nowMs: number): string {
  const [day = "", time = ""] = new Date(timeMs).toISOString().split("T");
  const hourAndMinute = `${time.slice(0, 5)} UTC`;
  return new Date(nowMs).toISOString().startsWith(day) ? hourAndMinute : `${day} ${hourAndMinute}`;
}

export const exactTime = (timeMs: number): string => new Date(timeMs).toISOString();
