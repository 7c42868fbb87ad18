"""How the server begins and ends, and that nothing it is busy with keeps it from answering."""

import asyncio
import os
import subprocess
import sys
import time

from editor import PLAIN
from editor import TRAIN
from lsprotocol import types

SERVER = [sys.executable, "-m", "keraslint", "server"]


def test_a_client_that_takes_its_leave(edit):
    assert edit().leave() == 0


def test_a_client_that_just_goes(edit):
    editor = edit()
    editor.process.stdin.close()
    assert editor.ended() == 1


def test_a_client_that_reads_no_more(project):
    process = subprocess.Popen(
        SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    process.stdout.close()
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"processId":null}}'
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    process.stdin.flush()
    assert process.wait(30) == 1
    process.stdin.close()


def test_a_client_whose_process_is_gone_though_its_pipes_are_open(edit):
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    assert edit(process_id=gone.pid).ended() == 1


def test_the_server_stays_while_its_client_lives(project, edit):
    editor = edit(process_id=os.getpid())
    time.sleep(2.5)
    assert editor.codes(editor.open(project / "tune.py", PLAIN)) == ["KL504"]


def test_changes_that_come_faster_than_anything_can_be_linted(project, edit):
    editor = edit()
    uri = editor.open(project / "train.py", TRAIN)
    editor.found(uri)
    before = len(editor.history)
    for number in range(300):
        editor.change(uri, f"{TRAIN}# {number}\n")
    editor.change(uri, PLAIN)
    editor.says(uri, "KL504")
    # A few were linted on the way, most were not worth it any more.
    assert len(editor.history) - before < 30


def test_a_request_is_cancelled(project, edit):
    editor = edit()
    uri = editor.open(project / "train.py", TRAIN)

    async def ask_and_take_back(number: int) -> str:
        protocol = editor.client.protocol
        document = types.TextDocumentIdentifier(uri)
        params = types.HoverParams(document, types.Position(7, 65))
        future = protocol.send_request(types.TEXT_DOCUMENT_HOVER, params, msg_id=f"hover{number}")
        protocol.notify(types.CANCEL_REQUEST, types.CancelParams(f"hover{number}"))
        try:
            return str(await asyncio.wrap_future(future))
        except Exception as error:
            return str(error)

    def answer(number: int) -> str:
        editor.change(uri, f"{TRAIN}# {number}\n")
        return editor.wait(ask_and_take_back(number))

    # The server may have answered before it is told.
    assert any("canceled" in answer(number) for number in range(20))
    assert "KL108" in editor.hover(uri, 7, 65)


def test_without_its_extra_one_line_says_what_to_install(tmp_path):
    program = (
        "import sys; from importlib import util\n"
        "real = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'pygls' else real(name, *rest)\n"
        "from keraslint.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "server"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "error: the language server is not installed: `pip install 'keraslint[lsp]'`\n"


def test_generic_clients_may_say_that_they_use_pipes(tmp_path):
    done = subprocess.run(
        [*SERVER, "--stdio"], stdin=subprocess.DEVNULL, capture_output=True, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")
