// Why the server closes a socket. The range says what the client does next:
//   4000-4099  its own fault: do not reconnect before the program is corrected
//   4100-4199  authenticate anew, then reconnect
//   4200-4299  reconnect with jittered backoff and resume
//   4250-4299  the same, but only after several seconds: the server has more to do than it can, or this client asks for more than it may

export const closeCodes = {
  malformed_frame: 4000,
  frame_too_large: 4001,
  unsupported_version: 4002,
  hello_expected: 4003,
  too_many_errors: 4004,
  authentication_failed: 4100,
  reauthenticate: 4101,
  signed_out: 4102,
  authentication_timeout: 4200,
  slow_consumer: 4201,
  going_away: 4202,
  too_many_connections: 4203,
  unavailable: 4204,
  try_again_later: 4250,
  too_many_frames: 4251,
} as const;

export type CloseReason = keyof typeof closeCodes;
export type AfterClose = 'stop' | 'authenticate' | 'reconnect';

/** Next step of a client after a close with this code; every code outside our ranges (1006, …) means reconnect. */
export function afterClose(code: number): AfterClose {
  if (code >= 4000 && code < 4100) return 'stop';
  if (code >= 4100 && code < 4200) return 'authenticate';
  return 'reconnect';
}

/** Whether whoever is closed with this code should stay away for longer than a lost connection would make it. */
export function isLater(code: number): boolean {
  return code >= 4250 && code < 4300;
}
