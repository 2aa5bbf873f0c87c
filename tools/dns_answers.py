#!/usr/bin/env python3
"""Asks a DNS server for a name, again and again, and prints what each answer leads to, one line each.

    tools/dns_answers.py ADDRESS PORT NAME COUNT

For machines without dig. It knows just enough of DNS to read an alias or an IPv4 address, and trusts the server.
Python's standard library is all it needs.
"""

import socket
import struct
import sys

A, CNAME, IN = 1, 5, 1


def query(number, name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split("."))
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", A, IN)


def read_name(message, position):
    """The name at a position, and the position after it."""
    labels, after = [], None
    while message[position]:
        length = message[position]
        if length >= 0xC0:
            after = after or position + 2
            position = (length & 0x3F) << 8 | message[position + 1]
        else:
            labels.append(message[position + 1 : position + 1 + length].decode())
            position += 1 + length
    return ".".join(labels) + ".", after or position + 1


def answers(message):
    questions, count = struct.unpack(">HH", message[4:8])
    position = 12
    for _ in range(questions):
        position = read_name(message, position)[1] + 4
    for _ in range(count):
        position = read_name(message, position)[1]
        kind, _, _, length = struct.unpack(">HHIH", message[position : position + 10])
        position += 10
        if kind == CNAME:
            yield read_name(message, position)[0]
        elif kind == A:
            yield socket.inet_ntoa(message[position : position + length])
        position += length


def main():
    address, port, name, count = sys.argv[1:]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.settimeout(5)
        server.connect((address, int(port)))
        for number in range(int(count)):
            server.send(query(number, name))
            for answer in answers(server.recv(4096)):
                print(answer)


if __name__ == "__main__":
    main()
