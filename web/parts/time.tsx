/** A time: local, and in UTC when pointed at. */
import { useEffect, useState } from "preact/hooks";
import { durationText } from "./numbers.ts";

interface TimeProps {
  readonly at: string | null | undefined;
  /** `clock`: with the date where it is not today. `ago`: how long ago, or in how long. */
  readonly as?: "clock" | "ago";
}

export function Time({ at, as = "clock" }: TimeProps) {
  if (at === null || at === undefined) return <span>–</span>;
  return (
    <time dateTime={at} title={utcText(at)}>
      {as === "ago" ? <Ago atMs={Date.parse(at)} /> : localText(at, Date.now())}
    </time>
  );
}

const utcText = (at: string): string =>
  `${new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "")} UTC`;

function localText(at: string, nowMs: number): string {
  const time = new Date(at);
  const clock = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (time.toDateString() === new Date(nowMs).toDateString()) return clock;
  return `${time.toLocaleDateString([], { year: "numeric", month: "short", day: "numeric" })}, ${clock}`;
}

function Ago({ atMs }: { readonly atMs: number }) {
  const nowMs = useNow(15_000);
  const seconds = (nowMs - atMs) / 1000;
  return <>{seconds >= 0 ? `${durationText(seconds)} ago` : `in ${durationText(-seconds)}`}</>;
}

/** @param everyMs between two looks at the clock */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return nowMs;
}
