// A person's client as applications have it: the SDK with everything it does.
import { SkeinClient } from '../../protocol/client/index.ts';
import { clientName, type CuttableSocket, type Talker, type TalkerOptions } from './talker.ts';

export class SdkTalker implements Talker {
  readonly #client: SkeinClient;
  #socket: CuttableSocket | null = null;

  constructor({ url, openSocket, receipts, token, listener }: TalkerOptions) {
    const client = new SkeinClient({
      url,
      deviceId: crypto.randomUUID(),
      clientName,
      receipts,
      token,
      openSocket: (address) => (this.#socket = openSocket(address)),
    });
    client.on('state', (state) => {
      if (state.name === 'online') listener.online(state.userId);
      if (state.name === 'signed_out' || state.name === 'stopped') listener.ended(state.reason);
    });
    client.on('subscribed', (id, { headSeq }) => listener.subscribed(id, headSeq));
    client.on('subscriptionRefused', (id, code, message) => listener.refused(id, code, message));
    client.on('event', (id, event) => listener.event(id, event));
    this.#client = client;
  }

  get requests(): SkeinClient {
    return this.#client;
  }
  get isOnline(): boolean {
    return this.#client.state.name === 'online';
  }
  get condition(): string {
    const { state } = this.#client;
    return 'reason' in state ? `${state.name}, ${state.reason}` : state.name;
  }

  connect(): void {
    this.#client.connect();
  }
  close(): void {
    this.#client.close();
  }
  cut(): void {
    this.#socket?.cut();
  }
  follow(conversationId: string): void {
    this.#client.follow(conversationId);
  }
  async send(conversationId: string, body: string): Promise<number> {
    return (await this.#client.send(conversationId, body)).seq;
  }
}
