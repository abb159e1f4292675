"""Downloads against a local server that misbehaves in all the usual ways."""

from __future__ import annotations

import errno
import hashlib
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from medsam.errors import Cancelled, DownloadError
from pretrain import download as module
from pretrain.catalogue import Entry, remembered_sha256
from pretrain.download import download

CONTENT = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(HTTPServer):
    """Serves CONTENT; what it does wrong is set by the attributes."""

    content = CONTENT
    ranges = True
    etag = '"one"'
    status = 200
    kind = "application/octet-stream"
    cut_after = 0
    requests: list[tuple[str, dict[str, str]]]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.requests.append((self.path, dict(self.headers)))
        if server.status != 200:
            self.send_error(server.status)
            return
        start = 0
        asked = self.headers.get("Range", "")
        if server.ranges and asked and self.headers.get("If-Range") in (None, server.etag):
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(server.content):
                self.send_error(416)
                return
            self.send_response(206)
            last = len(server.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{last + 1}")
        else:
            self.send_response(200)
        body = server.content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", server.kind)
        if server.etag:
            self.send_header("ETag", server.etag)
        self.end_headers()
        if server.cut_after:
            body, server.cut_after = body[: server.cut_after], 0
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(("127.0.0.1", 0), Handler)
    running.requests = []
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def entry_for(server: Server, **changes: object) -> Entry:
    fields: dict[str, object] = {
        "name": "net",
        "title": "Net",
        "file": "net.pth",
        "arch": "vit_b",
        "url": f"http://127.0.0.1:{server.server_port}/net.pth",
        "size": len(CONTENT),
        "sha256": SHA256,
        "preprocessing": "sam",
        "licence": "Apache-2.0",
        "licence_url": "",
        "terms": "",
        "prompts": frozenset({"box"}),
        "candidates": 1,
        "can_be_empty": False,
        "cost": "",
        "bundled": False,
        "description": "",
    }
    return Entry(**{**fields, **changes})  # type: ignore[arg-type]


def leftovers(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_whole_file(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = download(entry_for(server), tmp_path / "new", on_progress=lambda *p: seen.append(p))
    assert path == tmp_path / "new" / "net.pth"
    assert path.read_bytes() == CONTENT
    assert leftovers(path.parent) == {"net.pth"}
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    assert server.requests[0][1]["User-Agent"].startswith("medsam")


def test_a_cut_connection_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    server.cut_after = 300_000
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT
    (_, first), (_, second) = server.requests
    assert "Range" not in first
    assert second["Range"] == "bytes=300000-"
    assert second["If-Range"] == '"one"'


def test_a_changed_file_is_not_mixed_with_the_old_part(server: Server, tmp_path: Path) -> None:
    server.content = bytes(len(CONTENT))
    calls = iter([False] * 3 + [True] * 9)
    with pytest.raises(Cancelled):
        download(entry_for(server), tmp_path, is_cancelled=lambda: next(calls))
    assert (tmp_path / "net.pth.part").stat().st_size > 0
    server.content, server.etag = CONTENT, '"two"'
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT
    assert server.requests[-1][1]["If-Range"] == '"one"'


def test_cancel_keeps_the_part_and_the_next_try_goes_on(server: Server, tmp_path: Path) -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        download(
            entry_for(server),
            tmp_path,
            on_progress=lambda so_far, _: done.append(so_far),
            is_cancelled=lambda: len(done) >= 2,
        )
    assert (tmp_path / "net.pth.part").read_bytes() == CONTENT[: done[-1]]
    assert not (tmp_path / "net.pth").exists()
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT
    assert server.requests[-1][1]["Range"] == f"bytes={done[-1]}-"
    assert leftovers(tmp_path) == {"net.pth"}


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    server.cut_after = 300_000
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT
    assert server.requests[1][1]["Range"] == "bytes=300000-"


def test_without_a_validator_nothing_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    server.etag = ""
    server.cut_after = 300_000
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT
    assert "Range" not in server.requests[1][1]


def test_a_finished_part_needs_no_request(server: Server, tmp_path: Path) -> None:
    (tmp_path / "net.pth.part").write_bytes(CONTENT)
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT
    assert server.requests == []


def test_a_part_longer_than_the_file_starts_over(server: Server, tmp_path: Path) -> None:
    known = entry_for(server, size=0)
    part = module._Part.of(tmp_path / "net.pth")
    part.path.write_bytes(CONTENT + b"more")
    part.write_note(known.url, '"one"')
    assert download(known, tmp_path).read_bytes() == CONTENT


def test_wrong_bytes_are_deleted_and_told(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT[:-1] + b"x"
    with pytest.raises(DownloadError, match=r"not net\.pth.*SHA-256.*deleted"):
        download(entry_for(server), tmp_path)
    assert leftovers(tmp_path) == set()


def test_another_size_is_refused_before_writing(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT[:1000]
    with pytest.raises(DownloadError, match=r"1,000 bytes"):
        download(entry_for(server), tmp_path)
    assert leftovers(tmp_path) == set()


def test_a_login_page_is_recognised(server: Server, tmp_path: Path) -> None:
    server.content, server.kind = b"<html>sign in</html>", "text/html; charset=utf-8"
    with pytest.raises(DownloadError, match="web page"):
        download(entry_for(server, size=0), tmp_path)
    assert leftovers(tmp_path) == set()


def test_http_errors_say_where_else_to_fetch_and_where_to_put(server: Server, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(DownloadError) as caught:
        download(entry_for(server, page="https://example.org/net"), tmp_path)
    text = str(caught.value)
    assert "404" in text
    assert "https://example.org/net" in text
    assert str(tmp_path) in text


def test_offline_says_what_to_do(server: Server, tmp_path: Path) -> None:
    known = entry_for(server, url="http://127.0.0.1:9/net.pth")
    with pytest.raises(DownloadError, match=r"net\.pth could not be fetched.*proxy.*another machine"):
        download(known, tmp_path)


def test_a_mirror_is_used_when_the_first_address_fails(server: Server, tmp_path: Path) -> None:
    known = entry_for(server, url="http://127.0.0.1:9/net.pth", mirrors=(entry_for(server).url,))
    assert download(known, tmp_path).read_bytes() == CONTENT


def test_a_mirror_is_not_trusted_without_a_sum(server: Server, tmp_path: Path) -> None:
    known = entry_for(server, url="http://127.0.0.1:9/net.pth", mirrors=(entry_for(server).url,), sha256="")
    with pytest.raises(DownloadError):
        download(known, tmp_path)
    assert server.requests == []


def test_no_room_is_told_before_fetching(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda p: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(DownloadError, match="more room"):
        download(entry_for(server), tmp_path)
    assert not (tmp_path / "net.pth.part").exists()


def test_a_disk_that_fills_up_keeps_what_arrived(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module._copy

    def copy(response, stream, *rest):  # type: ignore[no-untyped-def]
        class Full:
            def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
                return getattr(stream, name)

            def write(self, data: bytes) -> int:
                if stream.tell() > 400_000:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return stream.write(data)

        return real(response, Full(), *rest)

    monkeypatch.setattr(module, "_copy", copy)
    with pytest.raises(DownloadError, match="more room on the disk"):
        download(entry_for(server), tmp_path)
    kept = (tmp_path / "net.pth.part").read_bytes()
    assert kept
    assert kept == CONTENT[: len(kept)]
    monkeypatch.undo()
    assert download(entry_for(server), tmp_path).read_bytes() == CONTENT


def test_a_folder_without_permission(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    with pytest.raises(DownloadError, match="MEDSAM_WEIGHTS"):
        download(entry_for(server), file / "inside")


def test_the_environment_s_proxy_is_used(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    known = entry_for(server, url="http://weights.invalid/net.pth")
    assert download(known, tmp_path, opener=urllib.request.build_opener()).read_bytes() == CONTENT
    assert server.requests[0][0] == "http://weights.invalid/net.pth"


def test_first_use_is_remembered_and_a_change_noticed(server: Server, tmp_path: Path) -> None:
    known = entry_for(server, sha256="", size=0)
    path = download(known, tmp_path)
    assert remembered_sha256(path) == SHA256
    server.content = CONTENT[::-1]
    with pytest.raises(DownloadError, match="expected"):
        download(known, tmp_path)
    assert path.read_bytes() == CONTENT


def test_bundled_weights_have_no_address(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="comes with the program"):
        download(entry_for(server, url="", bundled=True), tmp_path)
