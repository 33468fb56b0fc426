import { OneheadError } from "@onehead/core";

/**
 * Loads an optional package.
 *
 * @param where    the function that needs it
 * @param packages what to install
 * @throws OneheadError "missing-package" naming the packages
 */
export async function loadPeer<T>(where: string, packages: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const code = String((cause as { code?: unknown } | null)?.code ?? "it failed to load");
    throw new OneheadError(
      "missing-package",
      `${where}: needs an optional package: ${code}, expected the result of npm install ${packages}`,
      { cause },
    );
  }
}
