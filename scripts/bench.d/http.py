"""the pooled HTTP client with 32 requests in flight, against node's fetch and a curl process per request"""

import shutil
import socket
import subprocess
import sys
import time

from result import ROOT, limit_row, print_facts, print_table, speed_row
from tulip import run

CLIENT = str(ROOT / "build/bin/bench_http")
SERVER = str(ROOT / "build/bin/bench_http_server")
NODE_PROGRAM = ROOT / "scripts/measure/http_peer.mjs"
ROUNDS = 7
IN_FLIGHT = 32
OURS, NODES, CURLS = 20_000, 5_000, 200  # requests a round, so that each takes about a second
SHOWN = 1_000


class Server:
    """Asked over one connection that stays, so that it counts nobody else's."""

    def __enter__(self):
        self.process = subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/"
        self.question = socket.create_connection(("127.0.0.1", self.port))
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def connections(self):
        self.question.sendall(b"GET /connections HTTP/1.1\r\n\r\n")
        return int(self.question.recv(4096).split(b"\r\n\r\n")[1])


def ours_round(server):
    """(microseconds, connections opened to warm up, connections opened while it was measured): by the server's count"""
    before = server.connections()
    took, warm, _ = run([CLIENT, server.url, str(OURS), str(IN_FLIGHT)]).split("\t")
    return float(took) * SHOWN / OURS, int(warm), server.connections() - before - int(warm)


def node_round(server):
    return float(run(["node", NODE_PROGRAM, server.url, str(NODES), str(IN_FLIGHT)])) * SHOWN / NODES


def curl_round(server):
    command = ["xargs", "-P", str(IN_FLIGHT), "-I", "{}", "curl", "--silent", "--fail", "--output", "/dev/null", server.url]
    start = time.monotonic()
    run(command, input="x\n" * CURLS)
    return (time.monotonic() - start) * 1e6 * SHOWN / CURLS


def main():
    has_node = shutil.which("node") is not None
    ours, nodes, curls = [], [], []
    with Server() as server:
        for _ in range(ROUNDS):
            ours.append(ours_round(server))
            if has_node:
                nodes.append(node_round(server))
            curls.append(curl_round(server))

    print_facts()
    print(f"medians of {ROUNDS} rounds, all clients in turn, {IN_FLIGHT} requests in flight to one server on the loopback that answers")
    print("200 bytes; the ratio is the median of the rounds' ratios. Ours and node's fetch keep their connections and were")
    print("warmed up with as many requests before; curl is a process and a connection for each request.")
    print(f"Connections of ours to warm up: {ours[0][1]}.")
    if not has_node:
        print("node is not installed: that peer is left out.")
    print()
    took = [each[0] for each in ours]
    work = f"{SHOWN:,} requests, {IN_FLIGHT} in flight"
    rows = [speed_row(work, "node fetch", nodes, took, 5)] if has_node else []
    return print_table([
        *rows,
        speed_row(work, "a curl process each", curls, took, 100),
        limit_row(f"connections opened by {ROUNDS * OURS:,} warm requests", sum(each[2] for each in ours), "", 0, inclusive=True),
    ])


if __name__ == "__main__":
    sys.exit(main())
