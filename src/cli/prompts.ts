/** The answer; null where the person presses Ctrl-C. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    // The library's class is in a package of its own; its name is its documented mark.
    if (error instanceof Error && error.name === "ExitPromptError") return null;
    throw error;
  }
}
