'use strict';
// Loaded into every Node process under `sleeve run`: leads fetch, node:https and node:http through the proxy that
// HTTPS_PROXY names, where Node does not do so itself (before 22.21, and for agents that a program makes of its own).
// Hosts in NO_PROXY go as ever. Nothing here depends on anything but Node, and a failure leaves Node as it was.

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

const { env } = process;

function proxyFromEnvironment() {
  try {
    const url = new URL(env.https_proxy || env.HTTPS_PROXY);
    return url.protocol === 'http:' ? { host: url.hostname, port: Number(url.port) || 80 } : null;
  } catch {
    return null;
  }
}

const proxy = proxyFromEnvironment();
const unproxied = (env.no_proxy || env.NO_PROXY || '').toLowerCase().split(/[\s,]+/).filter(Boolean);

const bare = (host) => String(host || 'localhost').replace(/^\[|\]$/g, '');

function goesDirect(host, port) {
  const name = host.toLowerCase().replace(/\.$/, '');
  return unproxied.some((entry) => {
    if (net.isIPv6(entry)) return entry === name;
    const [, pattern, only] = /^(.*?)(?::(\d+))?$/.exec(entry);
    if (only && Number(only) !== port) return false;
    const suffix = bare(pattern).replace(/^\*?\./, '');
    return pattern === '*' || name === suffix || (!net.isIP(name) && name.endsWith('.' + suffix));
  });
}

// Connections to the proxy itself go straight there.
const straight = new http.Agent();
straight.createConnection = net.createConnection;

/** Asks the proxy for a socket on which host and port listen. */
function tunnel(host, port, done) {
  const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = http.request({
    agent: straight,
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority },
  });
  request.once('error', done);
  request.once('connect', (response, socket, head) => {
    request.removeListener('error', done);
    if (response.statusCode !== 200) {
      socket.destroy();
      const error = new Error(`the proxy of \`sleeve run\` gives no way to ${authority} (${response.statusCode})`);
      error.code = 'ERR_PROXY_TUNNEL';
      done(error);
      return;
    }
    if (head.length > 0) socket.unshift(head);
    done(null, socket);
  });
  request.end();
}

/** Gives an agent's class sockets through the proxy, made by its own means where they are not needed. */
function lead(Agent, defaultPort, finish) {
  const original = Agent.prototype.createConnection;
  Agent.prototype.createConnection = function createConnection(...args) {
    const [options, done] = args;
    const usable = options !== null && typeof options === 'object' && typeof done === 'function';
    // An agent that Node leads through the proxy itself says so.
    if (!usable || options.socketPath || options.socket || options.proxyEnv || (this && this.options && this.options.proxyEnv)) {
      return original.apply(this, args);
    }
    const host = bare(options.host || options.hostname);
    const port = Number(options.port) || defaultPort;
    if (goesDirect(host, port)) return original.apply(this, args);
    tunnel(host, port, (error, socket) => {
      if (error) return done(error);
      let ready;
      try {
        ready = finish(original, this, options, socket);
      } catch (error) {
        return done(error);
      }
      done(null, ready);
    });
    return undefined;
  };
}

/** Opens a connection for fetch: the shape that undici's agents take as their `connect`. */
function connect({ hostname, port, protocol, servername }, done) {
  const host = bare(hostname);
  const secure = protocol === 'https:';
  const number = Number(port) || (secure ? 443 : 80);
  const finish = (error, socket) => {
    if (error) return done(error);
    if (!secure) return done(null, socket);
    const name = servername || (net.isIP(host) ? undefined : host);
    settle(tls.connect({ socket, host, servername: name, ALPNProtocols: ['http/1.1'] }), 'secureConnect', done);
  };
  if (goesDirect(host, number)) {
    settle(net.connect({ host, port: number, noDelay: true, autoSelectFamily: true }), 'connect', finish);
  } else {
    tunnel(host, number, finish);
  }
}

function settle(socket, event, done) {
  const fail = (error) => done(error);
  socket.once('error', fail);
  socket.once(event, () => {
    socket.removeListener('error', fail);
    done(null, socket);
  });
}

/** Makes fetch connect as above, at its first call: until then Node has not loaded it. */
function leadFetch() {
  const original = globalThis.fetch;
  if (typeof original !== 'function') return;
  let isLed = false;
  const fetch = function fetch(...args) {
    if (!isLed) {
      isLed = true;
      const dispatcher = Symbol.for('undici.globalDispatcher.1');
      void globalThis.Response;
      const current = globalThis[dispatcher];
      // Anything else than the plain agent was chosen by Node or by the program, and stays.
      if (current && current.constructor.name === 'Agent') globalThis[dispatcher] = new current.constructor({ connect });
    }
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(fetch, 'length', { value: original.length, configurable: true });
  Object.defineProperty(globalThis, 'fetch', { value: fetch, writable: true, enumerable: true, configurable: true });
}

if (proxy) {
  lead(http.Agent, 80, (original, agent, options, socket) => socket);
  lead(https.Agent, 443, (original, agent, options, socket) => original.call(agent, { ...options, socket }));
  leadFetch();
}
