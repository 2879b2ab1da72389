"""Plays WeChat, WeCom and a Standard Webhooks sender against a running daemon, by implementations that are not ours.

    push.py KINDRED FOLDER

KINDRED is the executable, FOLDER an empty folder for a home. Ends with 1 and says what was expected when something is wrong.
"""

import concurrent.futures
import datetime
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

from standardwebhooks.webhooks import Webhook
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import PrpCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto
from wechatpy.utils import WeChatSigner

TOKEN, AES_KEY = "kindred2026", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP, CORP = "wx0123456789abcdef", "ww0123456789abcdef"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

CONNECTORS = {
    "wechat": f"kind: wechat\noptions: {{app_id: {APP}, token: '${{env:TOKEN}}', aes_key: '${{env:AES_KEY}}'}}\nstreams:\n  messages: {{format: xml}}\n",
    "wecom": f"kind: wecom\noptions: {{corp_id: {CORP}, token: '${{env:TOKEN}}', aes_key: '${{env:AES_KEY}}'}}\nstreams:\n  events: {{format: xml}}\n",
    "inquiry": "kind: webhook\noptions: {signature: standard-webhooks, secret: '${env:SECRET}'}\nstreams:\n  inquiries: {format: json}\n",
}


class Daemon:
    """A daemon on a free port of loopback, with connectors by name."""

    def __init__(self, kindred: str, home: pathlib.Path, connectors: dict = CONNECTORS):
        self.kindred, self.home = kindred, home
        (home / "connectors").mkdir(parents=True)
        for name, text in connectors.items():
            (home / "connectors" / f"{name}.yaml").write_text(f"language: 1\nconnector: {name}\n{text}")
        self.environment = os.environ | {"TOKEN": TOKEN, "AES_KEY": AES_KEY, "SECRET": SECRET}

    def __enter__(self):
        command = [self.kindred, "run", "--home", self.home, "--listen", "127.0.0.1:0", "--log-level", "warning"]
        with open(self.home / "log", "wb") as log:
            self.process = subprocess.Popen(command, env=self.environment, stderr=log)
        for _ in range(600):
            try:
                port = json.loads((self.home / "data" / "daemon.json").read_text())["port"]
                self.address = f"http://127.0.0.1:{port}/v1/ingest/"
                return self
            except (FileNotFoundError, ValueError, KeyError):
                time.sleep(0.1)
        raise SystemExit("the daemon did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def ask(self, connector: str, query: dict = {}, body: bytes | None = None, headers: dict = {}) -> tuple[int, bytes]:
        request = urllib.request.Request(self.address + connector + "?" + urllib.parse.urlencode(query), body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def settled(self) -> dict:
        """The accounting of each stream, once nothing is under way."""
        for _ in range(600):
            command = [self.kindred, "list", "accounting", "--home", self.home, "--format", "json"]
            accounting = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            if accounting["settled"]:
                return {f"{row['connector']}/{row['stream']}": row for row in accounting["streams"]}
            time.sleep(0.1)
        raise SystemExit("the hub did not settle")


def expect(what: str, found, wanted) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: expected {wanted!r}, found {found!r}")
    print("ok  ", what)


def encrypted(crypto, message: str, nonce: str) -> tuple[dict, bytes]:
    """A callback as the platform sends it, by wechatpy."""
    envelope = crypto.encrypt_message(message, nonce, "1763759000")
    fields = {child.tag: child.text for child in xml.etree.ElementTree.fromstring(envelope)}
    signer = WeChatSigner()
    signer.add_data(TOKEN, fields["TimeStamp"], fields["Nonce"])
    query = {
        "signature": signer.signature, "timestamp": fields["TimeStamp"], "nonce": fields["Nonce"], "encrypt_type": "aes",
        "msg_signature": fields["MsgSignature"],
    }
    body = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{fields['Encrypt']}]]></Encrypt></xml>"
    return query, body.encode()


def text_message(sender: str, identifier: int) -> str:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>1763759000</CreateTime>"
        f"<MsgType>text</MsgType><Content>轴承还有货吗？</Content><MsgId>{identifier}</MsgId></xml>"
    )


def contact_event(user: str) -> str:
    return (
        "<xml><ToUserName>ww</ToUserName><FromUserName>sys</FromUserName><CreateTime>1763759000</CreateTime><MsgType>event</MsgType>"
        "<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>zhang</UserID>"
        f"<ExternalUserID>{user}</ExternalUserID></xml>"
    )


def play_wechat(daemon: Daemon) -> None:
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP)
    # 15 people with one MsgId, each sent three times and encrypted anew, all at once.
    sent = [encrypted(crypto, text_message(f"o{person}", 7), f"n{turn}") for person in range(15) for turn in range(3)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: daemon.ask("wechat", *one), sent))
    expect("encrypted messages are answered empty", set(answers), {(200, b"")})
    stranger = WeChatCrypto(TOKEN, AES_KEY, "wx9999999999999999")
    expect("a message for another app is refused", daemon.ask("wechat", *encrypted(stranger, "<xml/>", "n"))[0], 400)
    other_key = WeChatCrypto(TOKEN, AES_KEY[::-1], APP)
    expect("another key is refused", daemon.ask("wechat", *encrypted(other_key, "<xml/>", "n"))[0], 400)
    other_token = WeChatCrypto("another2026", AES_KEY, APP)
    query, body = encrypted(other_token, "<xml/>", "n")
    expect("another token is refused", daemon.ask("wechat", query, body)[0], 403)
    signer = WeChatSigner()
    signer.add_data(TOKEN, "1763759000", "n")
    query = {"signature": signer.signature, "timestamp": "1763759000", "nonce": "n"}
    expect("the URL check", daemon.ask("wechat", query | {"echostr": "5678"}), (200, b"5678"))
    expect("a plain message is refused", daemon.ask("wechat", query, text_message("o1", 1).encode())[0], 400)


def play_wecom(daemon: Daemon) -> None:
    crypto = WeComCrypto(TOKEN, AES_KEY, CORP)
    for turn in range(3):
        for user in ("wmA", "wmB"):
            expect("a contact event", daemon.ask("wecom", *encrypted(crypto, contact_event(user), f"n{turn}")), (200, b""))
    echo = PrpCrypto(crypto.key).encrypt("1616140317555161061", CORP)
    echo = echo.decode() if isinstance(echo, bytes) else echo
    signer = WeChatSigner()
    signer.add_data(TOKEN, "1763759000", "n", echo)
    query = {"msg_signature": signer.signature, "timestamp": "1763759000", "nonce": "n", "echostr": echo}
    expect("the URL check, decrypted", daemon.ask("wecom", query), (200, b"1616140317555161061"))


def play_standard_webhooks(daemon: Daemon) -> None:
    sender = Webhook(SECRET)
    body = json.dumps({"company": "上海示例有限公司", "name": "李明", "phone": "13800138000", "message": "请报价"}, ensure_ascii=False)
    def headers(age: int) -> dict:
        at = datetime.datetime.now(tz=datetime.timezone.utc) - datetime.timedelta(seconds=age)
        signature = sender.sign("msg_1", at, body)
        return {
            "Content-Type": "application/json", "webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
    for _ in range(3):
        expect("a signed event", daemon.ask("inquiry", {}, body.encode(), headers(0)), (200, b""))
    expect("an event signed too long ago is refused", daemon.ask("inquiry", {}, body.encode(), headers(400))[0], 401)
    expect("an event from the future is refused", daemon.ask("inquiry", {}, body.encode(), headers(-400))[0], 401)
    expect("another body is refused", daemon.ask("inquiry", {}, body.encode() + b" ", headers(0))[0], 401)


def main(kindred: str, folder: str) -> None:
    with Daemon(kindred, pathlib.Path(folder)) as daemon:
        for play in (play_wechat, play_wecom, play_standard_webhooks):
            play(daemon)
        streams = daemon.settled()
        for stream, received, mapped in (("wechat/messages", 45, 15), ("wecom/events", 6, 2), ("inquiry/inquiries", 3, 1)):
            counts = streams[stream]["deliveries"]
            expect(f"{stream}: {received} came, {mapped} are one of a kind",
                   (counts["received"], counts["mapped"], counts["duplicate"]), (received, mapped, received - mapped))
            expect(f"{stream}: no dead letters", streams[stream]["items"]["dead_lettered"], 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
