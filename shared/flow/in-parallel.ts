/**
 * Applies a function to each input, this many at a time. The answers are in the order of the inputs. The first error
 * ends it.
 */
export async function inParallel<T, R>(
  inputs: readonly T[],
  atOnce: number,
  act: (input: T) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(inputs.length);
  const waiting = inputs.entries();
  const worker = async (): Promise<void> => {
    for (const [place, input] of waiting) answers[place] = await act(input);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, inputs.length) }, worker));
  return answers;
}
