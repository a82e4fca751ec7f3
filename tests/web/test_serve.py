"""The local page: whom it answers, what it takes, and what is left behind."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from running_server import Running, right_export, running

from careplan_csv.cli import run
from careplan_csv.cli.evidence import vendor_proof_of, verified
from careplan_csv.cli.profiles import USUAL_PROFILE
from careplan_csv.synthesis.samples.made_submissions import office_list, submissions
from careplan_csv.web.applicant_form import vendor_toml
from careplan_csv.web.guard import Guard, TooLarge
from careplan_csv.web.pages import Desk, application
from careplan_csv.web.private_folder import private_folder
from careplan_csv.web.server import serve
from careplan_csv.web.tools import WebTools
from careplan_csv.web.uploads import stored

TOOLS = WebTools(verified, vendor_proof_of, USUAL_PROFILE)
FIELDS = {
    "office_type": "planning",
    "applicant.office_name": '架空"ケアプラン\\センター<b>',
    "software.product_name": "架空ケア",
    "software.version": "1.0",
    "software.vendor_name": "架空システム",
    "software.commercial_product": "yes",
}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return right_export(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as found:
        yield found


def post(server: Running, path: str, **request: object) -> httpx.Response:
    headers = {"origin": server.origin}
    return httpx.post(server.address + path, headers=headers, timeout=120, follow_redirects=True, **request)  # type: ignore[arg-type]  # httpx checks them


def files_of(paths: list[Path]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (path.name, path.read_bytes())) for path in paths]


@pytest.fixture(scope="module")
def handed_in(server: Running, export: list[Path]) -> httpx.Response:
    return post(server, "files", data={"profile": "yamaguchi-r6"}, files=files_of(export))


def test_the_first_page_has_three_entrances(server: Running) -> None:
    page = httpx.get(server.address)
    assert page.status_code == 200
    for entrance in ("介護事業所の方", "ソフト会社の方", "都道府県の方"):
        assert entrance in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in page.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "169.254.1.1:1", ""])
def test_a_name_that_leads_here_is_not_answered(server: Running, host: str) -> None:
    answer = httpx.get(server.address, headers={"host": host})
    assert (answer.status_code, answer.text) == (403, "")


@pytest.mark.parametrize("path", ["/", "/x/", "/static/web.css", "/" + "A" * 32 + "/"])
def test_without_the_token_nothing_is_there(server: Running, path: str) -> None:
    answer = httpx.get(server.origin + path)
    assert (answer.status_code, answer.text) == (404, "")


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1"])
def test_a_form_of_another_page_is_not_taken(server: Running, export: list[Path], origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    answer = httpx.post(server.address + "files", headers=headers, files=files_of(export[:1]))
    assert (answer.status_code, answer.text) == (403, "")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_not_taken(server: Running, method: str) -> None:
    assert httpx.request(method, server.address, headers={"origin": server.origin}).status_code == 403


def test_from_files_to_the_form(server: Running, export: list[Path], handed_in: httpx.Response) -> None:
    assert handed_in.status_code == 200
    assert f"調べたファイル {len(export)}個。エラー 0か所" in handed_in.text
    number = str(handed_in.url).rpartition("/")[2]
    filled = post(server, f"files/{number}/form", data=FIELDS)
    assert "総合判定: 未確認（居宅介護支援事業所）" in filled.text
    made = f"{server.address}files/{number}/made/"
    form = httpx.get(made + "besshi6.html")
    assert "架空&#34;ケアプラン\\センター&lt;b&gt;" in form.text
    assert form.headers["content-security-policy"].startswith("sandbox")
    pdf = httpx.get(made + "besshi6.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert httpx.get(made + "vendor.toml").text == vendor_toml(FIELDS)
    for name in ("findings.html", "findings.xlsx", "forms.html", "letter.html", "result.json"):
        assert httpx.get(made + name).status_code == 200
    for name in ("x.html", "..%2Fvendor.toml", "%2e%2e/%2e%2e/etc/passwd", "outcome.json"):
        assert httpx.get(made + name).status_code == 404


def test_what_is_missing_in_the_form_is_told_and_nothing_is_lost(
    server: Running, handed_in: httpx.Response
) -> None:
    number = str(handed_in.url).rpartition("/")[2]
    entries = {**FIELDS, "software.version": " ", "applicant.office_number": "123"}
    answer = post(server, f"files/{number}/form", data=entries)
    assert answer.status_code == 400
    assert "version（バージョン）" in answer.text
    assert "office_number（事業所番号）" in answer.text
    assert 'value="架空ケア"' in answer.text
    assert post(server, f"files/{number}/form", data={**FIELDS, "office_type": "x"}).status_code == 400


def test_evidence_that_is_none_is_told(server: Running, handed_in: httpx.Response) -> None:
    number = str(handed_in.url).rpartition("/")[2]
    files = [("evidence", ("証拠.zip", b"PK\x03\x04"))]
    answer = post(server, f"files/{number}/form", data=FIELDS, files=files)
    assert "ソフト会社の証拠:" in answer.text


@pytest.mark.parametrize(
    ("path", "data", "files", "words"),
    [
        ("files", {"profile": "yamaguchi-r6"}, [("files", ("", b""))], "ファイルが選ばれていません"),
        ("files", {"profile": "x"}, [("files", ("a.csv", b"1"))], "要件の表を選んでください"),
        ("submissions", {"profile": "yamaguchi-r6"}, [("files", ("", b""))], "提出物が選ばれていません"),
        (
            "submissions",
            {"profile": "yamaguchi-r6"},
            [("files", ("a.zip", b"1")), ("list", ("一覧.csv", b"x\n"))],
            "一覧「一覧.csv」の1行目に「事業所番号」の列がありません",
        ),
    ],
)
def test_what_cannot_be_taken_is_told(
    server: Running, path: str, data: dict[str, str], files: list[tuple[str, tuple[str, bytes]]], words: str
) -> None:
    answer = post(server, path, data=data, files=files)
    assert answer.status_code == 400
    assert words in answer.text


def test_files_that_cannot_be_examined_are_told(server: Running) -> None:
    files = [("files", ("../../<script>alert(1)</script>.csv", b"\x00")), ("files", ("写真.png", b"\x89PNG"))]
    answer = post(server, "files", data={"profile": "yamaguchi-r6"}, files=files)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_submissions_fill_a_table(server: Running) -> None:
    made = list(submissions(11))
    files = [("files", (one.name, one.data)) for one in made]
    given = [*files, ("list", ("一覧.csv", office_list(made)))]
    page = post(server, "submissions", data={"profile": "yamaguchi-r6"}, files=given)
    assert page.status_code == 200
    deadline = time.monotonic() + 60
    while "一覧（Excel）" not in page.text and time.monotonic() < deadline:
        time.sleep(0.3)
        page = httpx.get(str(page.url))
    assert "11件のうち 11件を判定しました。" in page.text
    assert "ほかの提出物と同じ" in page.text
    assert httpx.get(f"{page.url}/made/table.xlsx").content.startswith(b"PK")
    assert "別紙６" in httpx.get(f"{page.url}/made/00011/besshi6.html").text
    assert httpx.get(f"{page.url}/made/00011/outcome.json").status_code == 404


def test_a_number_that_nobody_was_given_leads_nowhere(server: Running) -> None:
    for path in ("files/0", "submissions/0", "files/0/made/findings.html", "nothing"):
        answer = httpx.get(server.address + path)
        assert answer.status_code == 404
        assert "はじめのページから、やり直してください" in answer.text


def test_a_browser_that_leaves_in_the_middle_leaves_the_others_alone(server: Running) -> None:
    port = int(server.origin.rpartition(":")[2])
    path = "/" + server.address.split("/", 3)[3]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            f"POST {path}files HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {server.origin}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\n".encode()
        )
    assert httpx.get(server.address).status_code == 200


def test_nothing_is_left_behind_when_it_ends(tmp_path: Path, export: list[Path]) -> None:
    with running(tmp_path) as found:
        post(found, "files", data={"profile": "yamaguchi-r6"}, files=files_of(export[:2]))
        [own] = list(tmp_path.glob("careplan-web-*"))
        assert own.stat().st_mode & 0o077 == 0
        assert list(own.rglob("*.CSV"))
    assert list(tmp_path.iterdir()) == []
    assert found.process.returncode == 0


def test_what_a_killed_process_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "careplan-web-999999999-x").mkdir()
    (tmp_path / "careplan-web-me").mkdir()
    with private_folder() as folder:
        assert {path.name for path in tmp_path.iterdir()} == {"careplan-web-me", folder.name}
    assert [path.name for path in tmp_path.iterdir()] == ["careplan-web-me"]


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert run(["serve", "--no-open", "--port", str(taken.getsockname()[1])]) == 2
    assert "ほかのプログラムが使っています" in capsys.readouterr().err


def test_it_ends_when_nobody_asks_for_anything() -> None:
    addresses: list[str] = []
    thread = threading.Thread(target=serve, args=(TOOLS, addresses.append, 0, 0.5))
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert addresses[0].startswith("http://127.0.0.1:")


def test_a_second_one_takes_another_port(server: Running, tmp_path: Path) -> None:
    with running(tmp_path) as other:
        assert other.origin != server.origin
        assert httpx.get(other.address).status_code == 200


def test_too_much_is_refused_while_it_comes(tmp_path: Path) -> None:
    guard = Guard(application("t", Desk(tmp_path, TOOLS)), "t", 80, most=100_000)
    transport = httpx.ASGITransport(guard, raise_app_exceptions=False)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:80") as client:
            headers = {"origin": "http://127.0.0.1:80", "host": "127.0.0.1:80"}
            files = {"files": ("a.csv", io.BytesIO(bytes(300_000)))}
            return await client.post("/t/files", headers=headers, files=files, data={"profile": "x"})

    answer = asyncio.run(send())
    assert answer.status_code == 413
    assert "大きすぎます" in answer.text
    assert TooLarge


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("a.csv", "a.csv"),
        ("受付/b.csv", "受付/b.csv"),
        ("../../x", "x"),
        ("C:\\windows\\y.csv", "C_/windows/y.csv"),
        ("a\x00\nb", "a__b"),
        ("/etc/passwd", "etc/passwd"),
        ("x" * 400 + "_20250401000000.CSV", "x" * 161 + "_20250401000000.CSV"),
    ],
)
def test_a_name_leads_nowhere_else(name: str, where: str, tmp_path: Path) -> None:
    [path] = stored(tmp_path, [(name, io.BytesIO(b"1")), ("", io.BytesIO(b"")), ("..", io.BytesIO(b""))])
    assert path == tmp_path / where
    [second] = stored(tmp_path, [(name, io.BytesIO(b"2"))])
    assert second != path
    assert path.read_bytes() == b"1"
