"""Signatures of evidence packages: Ed25519 in the DSSE envelope, over an in-toto statement.

The statement contains the SHA-256 of the package's manifest, which contains the SHA-256 of every part. A
signature proves who made the package and that it was not changed; it does not prove that software was run.
Sources: DSSE v1 (envelope and pre-authentication encoding), in-toto Attestation Framework v1 (statement).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careplan_csv.conformance.strict_json import parse_object

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:careplan-csv:evidence:v1"
SUBJECT = "manifest.json"
PUBLIC_SUFFIX = ".pub.pem"
_LARGEST_KEY = 64 << 10
_SHOWN_DIGITS = 16


class KeyProblem(Exception):
    """A key that cannot be used; the text says why and what to do, in Japanese."""


class SignatureOutcome(StrEnum):
    """The state of the signature of a package."""

    UNSIGNED = "unsigned"
    UNKNOWN = "unknown_key"
    TRUSTED = "trusted"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Signed:
    """An examined signature.

    Attributes:
        holder: name of the key's file in the folder of trusted keys, without its endings.
        fingerprint: of the key, hexadecimal.
    """

    outcome: SignatureOutcome
    holder: str = ""
    fingerprint: str = ""

    @property
    def sentence(self) -> str:
        """The state as a sentence in Japanese."""
        key = f"鍵 {self.fingerprint[:_SHOWN_DIGITS]}"
        return {
            SignatureOutcome.UNSIGNED: "署名: ありません。だれが作った証拠かは分かりません。",
            SignatureOutcome.UNKNOWN: (
                f"署名: 知らない{key}の署名があります。署名の後に変わってはいませんが、だれの鍵かは分かりません。"
            ),
            SignatureOutcome.TRUSTED: f"署名: 「{self.holder}」（{key}）の署名があり、署名の後に変わっていません。",
            SignatureOutcome.BROKEN: "署名: 正しくありません。署名の後に変えられたか、署名が壊れています。",
        }[self.outcome]


UNSIGNED = Signed(SignatureOutcome.UNSIGNED)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A trusted public key, under the name of its file."""

    holder: str
    key: Ed25519PublicKey


def make_key(passphrase: bytes) -> tuple[bytes, bytes]:
    """Make a private key (PKCS 8, PEM; encrypted if there is a passphrase) and its public key (PEM)."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    encryption: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    return private, _pem(key.public_key())


def read_private_key(path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        KeyProblem: it is no private key, or the passphrase is missing or wrong.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_bytes(path), passphrase or None)
    except TypeError as error:
        needed = "付いていません" if passphrase else "要ります"
        raise KeyProblem(
            f"鍵「{path.name}」には、パスフレーズが{needed}。指定を確かめてください。"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyProblem(
            f"鍵「{path.name}」を開けません。パスフレーズと、「careplan-csv key make」で作った鍵かどうかを確かめてください。"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyProblem(
            f"鍵「{path.name}」は Ed25519 の鍵ではありません。「careplan-csv key make」で作ってください。"
        )
    return key


def read_trusted(folder: Path) -> list[TrustedKey]:
    """The public keys of a folder, each under the name of its file.

    Raises:
        KeyProblem: the folder does not exist, has no key, or has a file that is no public key.
    """
    if not folder.is_dir():
        raise KeyProblem(f"公開鍵のフォルダー「{folder}」がありません。名前と場所を確かめてください。")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".pem")
    if not paths:
        raise KeyProblem(f"フォルダー「{folder}」に公開鍵（.pem）がありません。")
    return [TrustedKey(_holder(path), _public(path)) for path in paths]


def sign(manifest: bytes, key: Ed25519PrivateKey) -> bytes:
    """Sign a manifest and return the envelope."""
    public = key.public_key()
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": SUBJECT, "digest": {"sha256": sha256(manifest).hexdigest()}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"publicKey": _pem(public).decode("ascii")},
    }
    payload = json.dumps(statement, ensure_ascii=False, sort_keys=True).encode("utf-8")
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode("ascii"),
        "signatures": [
            {
                "keyid": fingerprint_of(public),
                "sig": base64.b64encode(key.sign(_encoded(payload))).decode("ascii"),
            }
        ],
    }
    return (json.dumps(envelope, indent=2) + "\n").encode("ascii")


def examine(manifest: bytes, envelope: bytes, trusted: Sequence[TrustedKey]) -> Signed:
    """Examine the envelope of a manifest."""
    from cryptography.exceptions import InvalidSignature

    if not envelope:
        return UNSIGNED
    try:
        payload, signature = _opened(envelope)
        statement = parse_object(payload)
        key = _public_of(statement["predicate"]["publicKey"].encode("ascii"))
        key.verify(signature, _encoded(payload))
        is_about_it = statement["_type"] == STATEMENT_TYPE and statement["subject"] == [
            {"name": SUBJECT, "digest": {"sha256": sha256(manifest).hexdigest()}}
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, InvalidSignature):
        return Signed(SignatureOutcome.BROKEN)
    if not is_about_it:
        return Signed(SignatureOutcome.BROKEN)
    fingerprint = fingerprint_of(key)
    known = next((one for one in trusted if fingerprint_of(one.key) == fingerprint), None)
    return Signed(
        SignatureOutcome.TRUSTED if known else SignatureOutcome.UNKNOWN,
        known.holder if known else "",
        fingerprint,
    )


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """SHA-256 of the 32 bytes of a public key, hexadecimal."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def _encoded(payload: bytes) -> bytes:
    """The pre-authentication encoding of DSSE: the bytes that are signed."""
    kind = PAYLOAD_TYPE.encode("ascii")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _opened(envelope: bytes) -> tuple[bytes, bytes]:
    data: dict[str, Any] = parse_object(envelope)
    (entry,) = data["signatures"]
    if data["payloadType"] != PAYLOAD_TYPE or set(data) != {"payloadType", "payload", "signatures"}:
        raise ValueError("another payload")
    try:
        return base64.b64decode(data["payload"], validate=True), base64.b64decode(entry["sig"], validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _pem(key: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _public(path: Path) -> Ed25519PublicKey:
    try:
        return _public_of(_bytes(path))
    except ValueError as error:
        raise KeyProblem(
            f"「{path.name}」は Ed25519 の公開鍵ではありません。「careplan-csv key make」で作った {PUBLIC_SUFFIX} のファイルを入れてください。"
        ) from error


def _public_of(data: bytes) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(data)
    except UnsupportedAlgorithm as error:
        raise ValueError("another algorithm") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("another algorithm")
    return key


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_KEY:
            raise KeyProblem(
                f"鍵「{path.name}」が見つからないか、鍵のファイルではありません。場所を確かめてください。"
            )
        return path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"鍵「{path.name}」を読めません。読み取りの許可を確かめてください。") from error


def _holder(path: Path) -> str:
    name = path.name
    return name[: -len(PUBLIC_SUFFIX)] if name.lower().endswith(PUBLIC_SUFFIX) else path.stem
