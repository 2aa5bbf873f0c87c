#!/usr/bin/env python3
"""Stands in the provider's place, runs the real one, and notes the CPU time it took.

Terraform starts this file as if it were the provider. The real one (AZURETM_BENCH_PROVIDER) gets the same
environment and the same pipes; when it has ended, one line of JSON goes to AZURETM_BENCH_LOG. The time that
this script takes is not in it.
"""

import json
import os
import subprocess
import sys

# stdin, stdout and stderr are inherited: the handshake line goes straight to Terraform.
process = subprocess.Popen([os.environ["AZURETM_BENCH_PROVIDER"], *sys.argv[1:]])
_, status, usage = os.wait4(process.pid, 0)
line = json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "peak_rss_kib": usage.ru_maxrss}) + "\n"
# One write, appended: two processes of one command may end together.
log = os.open(os.environ["AZURETM_BENCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(log, line.encode())
sys.exit(os.waitstatus_to_exitcode(status))
