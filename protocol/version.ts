// The protocol's version. A change of any frame's shape changes the hash, and the test beside this file then
// demands that both constants are changed together.

/** Announced in `hello`; the server refuses others with `unsupported_version`. */
export const protocolVersion = 1;

/** SHA-256 of all frame schemas, first 16 hex digits. */
export const schemaHash = '691bcc4a5e45abd0';
