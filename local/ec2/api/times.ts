/** EC2 gives times in whole seconds. */
export const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Its API's answers contain a fraction all the same. */
export const apiTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}.000Z`;
