"""Lets a daemon call the interfaces of WeChat and WeCom, played on loopback: details on hints, complete readings, conversations by cursor.

    interfaces.py KINDRED FOLDER

KINDRED is the executable, FOLDER an empty folder for a home. Ends with 1 and says what was expected when something is wrong.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import played_platform
from played_platform import CONTACTS, CORP_SECRET, FOLLOWERS, SECRET, SERVICE, Platform
from push import APP, CORP, AES_KEY, TOKEN, Daemon, encrypted, expect
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto


def connectors(address: str) -> dict:
    common = f"token: '${{env:TOKEN}}', aes_key: '${{env:AES_KEY}}', base_url: '{address}', refresh: 1h"
    return {
        "wechat": f"kind: wechat\noptions: {{app_id: {APP}, secret: '${{env:APP_SECRET}}', {common}}}\nstreams: {{messages: {{}}, users: {{}}}}\n",
        "wecom": f"kind: wecom\noptions: {{corp_id: {CORP}, secret: '${{env:CORP_SECRET}}', {common}}}\n"
        "streams: {events: {}, contacts: {}, kf: {}, kf-customers: {}}\n",
    }


def show(daemon: Daemon, record: str) -> dict | None:
    command = [daemon.kindred, "show", record, "--home", daemon.home, "--format", "json"]
    found = subprocess.run(command, capture_output=True)
    return json.loads(found.stdout) if found.returncode == 0 else None


def wait(what: str, found, seconds: int = 60):
    """Waits until `found()` is true, and gives what it is."""
    for _ in range(seconds * 10):
        if value := found():
            print("ok  ", what)
            return value
        time.sleep(0.1)
    raise SystemExit(f"{what}: not within {seconds} s")


def holds(daemon: Daemon, record: str, *texts: str) -> bool:
    found = json.dumps(show(daemon, record), ensure_ascii=False)
    return all(text in found for text in texts)


def play_readings(daemon: Daemon, platform: Platform) -> None:
    last = list(FOLLOWERS)[-1]
    wait("all followers are read", lambda: holds(daemon, f"wechat/customer/{last}", FOLLOWERS[last], f"备注{last[-4:]}"))
    wait("all customers are read, each with all colleagues",
         lambda: holds(daemon, "wecom/customer/wmCONTACT0001", "孙丽", "+8613900001210", "+8613900001211", "+8613900001212"))
    wait("conversations are read page by page", lambda: holds(daemon, "wecom/customer/wmWRITER0001", "第6条"))
    wait("who wrote is asked for", lambda: holds(daemon, "wecom/customer/wmWRITER0001", "uWRITER", "周敏"))


def play_hints(daemon: Daemon, platform: Platform) -> None:
    newcomer, contact = "oNEWCOMER0001", "wmNEW0001"
    FOLLOWERS[newcomer] = "uNEWCOMER"
    CONTACTS[contact] = ("新客", ["sales2"])
    platform.messages += [Platform.message(7) | {"external_userid": "wmWRITER0002"}]
    crypto, corp = WeChatCrypto(TOKEN, AES_KEY, APP), WeComCrypto(TOKEN, AES_KEY, CORP)
    head = "<ToUserName>x</ToUserName><CreateTime>1763759000</CreateTime><MsgType>event</MsgType>"
    start = time.monotonic()
    follow = f"<xml>{head}<FromUserName>{newcomer}</FromUserName><Event>subscribe</Event></xml>"
    expect("somebody follows", daemon.ask("wechat", *encrypted(crypto, follow, "n1")), (200, b""))
    added = (
        f"<xml>{head}<FromUserName>sys</FromUserName><Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType>"
        f"<UserID>sales2</UserID><ExternalUserID>{contact}</ExternalUserID></xml>"
    )
    expect("a customer is added", daemon.ask("wecom", *encrypted(corp, added, "n2")), (200, b""))
    written = f"<xml>{head}<Event>kf_msg_or_event</Event><Token>ENC</Token><OpenKfId>{SERVICE}</OpenKfId></xml>"
    expect("somebody writes", daemon.ask("wecom", *encrypted(corp, written, "n3")), (200, b""))
    wait("the follower's details come", lambda: holds(daemon, f"wechat/customer/{newcomer}", "uNEWCOMER"))
    wait("the customer's details come", lambda: holds(daemon, f"wecom/customer/{contact}", "新客"))
    wait("the message comes", lambda: holds(daemon, "wecom/customer/wmWRITER0002", "第7条"))
    print(f"      {time.monotonic() - start:.1f} s from the events to all details")


def play_renewal(daemon: Daemon, platform: Platform) -> None:
    """Somebody else asks for a token, and ours is refused from then on."""
    with platform.lock:
        platform.token(CORP_SECRET)
        given = len(platform.tokens[CORP_SECRET])
    platform.messages += [Platform.message(8)]
    written = (
        f"<xml><CreateTime>1763759001</CreateTime><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>E2</Token>"
        f"<OpenKfId>{SERVICE}</OpenKfId></xml>"
    )
    daemon.ask("wecom", *encrypted(WeComCrypto(TOKEN, AES_KEY, CORP), written, "n4"))
    wait("a refused token is renewed", lambda: holds(daemon, "wecom/customer/wmWRITER0001", "第8条"))
    expect("with one more token", len(platform.tokens[CORP_SECRET]), given + 1)


def check(daemon: Daemon, connector: str) -> dict:
    """What `kindred check` found: messages by code."""
    command = [daemon.kindred, "check", connector, "--home", daemon.home, "--format", "json"]
    found = json.loads(subprocess.run(command, capture_output=True, env=daemon.environment).stdout)["findings"]
    return {finding["code"]: finding["message"] for finding in found if finding["level"] == "problem"}


def play_checks(daemon: Daemon, platform: Platform) -> None:
    expect("a check in order", check(daemon, "wechat"), {})
    refusals = [
        ((40164, "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1"), "ip-not-allowed", "203.0.113.9"),
        ((40125, "invalid appsecret"), "secret-refused", "secret"), ((40013, "invalid appid"), "app-id-refused", "id of the app"),
    ]
    for refusal, code, said in refusals:
        platform.token_refusal = refusal
        expect(f"a check says {code}", said in check(daemon, "wechat").get(code, ""), True)
    platform.token_refusal = None
    secrets = [SECRET, CORP_SECRET, TOKEN, AES_KEY]
    log = (daemon.home / "log").read_text()
    expect("no secret is written down", [secret for secret in secrets if secret in log], [])


def play_certificate(daemon: Daemon, platform: Platform) -> None:
    if not shutil.which("openssl"):
        return print("      without openssl no certificate is made")
    certificate = daemon.home / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1", "-keyout", certificate,
         "-out", certificate.with_suffix(".crt")], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + certificate.with_suffix(".crt").read_text())
    text = connectors(platform.with_certificate(str(certificate)))["wechat"]
    (daemon.home / "connectors" / "doubtful.yaml").write_text(f"language: 1\nconnector: doubtful\n{text}")
    expect("a certificate that nobody trusts is named", "web-certificate" in check(daemon, "doubtful"), True)


def main(kindred: str, folder: str) -> None:
    platform = Platform()
    played_platform.expect_clients_agree(platform, expect)
    os.environ.update(APP_SECRET=SECRET, CORP_SECRET=CORP_SECRET)
    with Daemon(kindred, pathlib.Path(folder), connectors(platform.address)) as daemon:
        play_readings(daemon, platform)
        play_hints(daemon, platform)
        play_renewal(daemon, platform)
        streams = daemon.settled()
        for stream, row in streams.items():
            expect(f"{stream}: no dead letters", row["items"]["dead_lettered"], 0)
        play_checks(daemon, platform)
        play_certificate(daemon, platform)


if __name__ == "__main__":
    main(*sys.argv[1:])
