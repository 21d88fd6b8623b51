/** EC2 tells times in whole seconds. */
export const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** In its API's answers it writes the fraction all the same. */
export const apiTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}.000Z`;
