// The one error of settings, apart from what reads them, so that whatever reads a part of them can throw it.

/** A setting is missing or wrong; the message is for a person. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
