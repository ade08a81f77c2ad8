// A brand of our own behind the real program, which can be stopped and started again.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = process.env.PERENNIAL_PROGRAM ?? new URL("../../target/debug/perennial", import.meta.url).pathname;
const PASSWORD = "evergreen-clients";

export class Brand {
  /** With `sql`, the PostgreSQL wire is open at `sqlPort`. */
  constructor({ sql = false } = {}) {
    this.sql = sql;
    this.data = mkdtempSync(join(tmpdir(), "perennial-clients-"));
    const brand = ["--brand", "Clients", "--time-zone", "Asia/Shanghai", "--currency", "CNY", "--owner-password", PASSWORD];
    execFileSync(PROGRAM, ["--data", this.data, "init", ...brand], { stdio: "ignore" });
  }

  async start() {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.sqlPort = this.sql ? await freePort() : null;
    const wire = this.sql ? ["--sql-listen", `127.0.0.1:${this.sqlPort}`] : [];
    this.server = spawn(PROGRAM, ["--data", this.data, "serve", "--listen", `127.0.0.1:${port}`, ...wire], { stdio: "ignore" });
    for (let tries = 0; ; tries += 1) {
      if (await fetch(`${this.url}/api/v1/health`).then((answer) => answer.ok, () => false)) break;
      if (tries > 600 || this.server.exitCode !== null) throw new Error("the server does not answer");
      await new Promise((wake) => setTimeout(wake, 100));
    }
    const signedIn = await fetch(`${this.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "owner", password: PASSWORD }),
    });
    this.cookie = signedIn.headers.get("set-cookie").split(";")[0];
  }

  async stop() {
    this.server.kill("SIGTERM");
    if (this.server.exitCode === null) await once(this.server, "exit");
  }

  async end() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** As the owner. */
  async ask(method, path, body) {
    const headers = { cookie: this.cookie, "x-perennial": "1", "content-type": "application/json" };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
