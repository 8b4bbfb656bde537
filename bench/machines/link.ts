import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a port of this machine that can be cut: then nothing comes through, and nobody is told. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  private down = false;
  private port = 0;

  async to(port: number): Promise<number> {
    if (this.server) return this.port;
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [[near, far] as const, [far, near] as const]) {
        this.sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => this.sockets.delete(one));
        if (this.down) one.pause();
      }
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
    return this.port;
  }

  cut(): void {
    this.down = true;
    for (const socket of this.sockets) socket.pause();
  }

  heal(): void {
    this.down = false;
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
