"""The interfaces of WeChat and WeCom that Kindred calls, played on a port of loopback as their documents draw them.

wechatpy's own clients are pointed at it first (`expect_clients_agree`): what an independent implementation understands, we did not make up.
"""

import http.server
import json
import ssl
import threading
import urllib.parse

SECRET, CORP_SECRET = "the-app-secret", "the-corp-secret"
FOLLOWERS = {f"oFOLLOWER{number:04}": f"u{number:04}" for number in range(250)}
CONTACTS = {"wmCONTACT0001": ("孙丽", ["sales1", "sales2", "sales3"]), "wmCONTACT0002": ("Kevin", ["sales2"])}
SERVICE = "wkSERVICE0001"


class Platform:
    """One state for both products. `refused` is what the next call is answered with instead, as errcode and errmsg."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tokens: dict[str, list[str]] = {SECRET: [], CORP_SECRET: []}
        self.calls, self.sent = [], []
        self.refused: list[tuple[int, str]] = []
        self.token_refusal: tuple[int, str] | None = None
        self.messages = [self.message(number) for number in range(7)]
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def with_certificate(self, certificate: str) -> str:
        """The same behind TLS, with a certificate that nobody trusts; its address."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"https://127.0.0.1:{server.server_port}"

    @staticmethod
    def message(number: int) -> dict:
        return {
            "msgid": f"m{number}", "open_kfid": SERVICE, "external_userid": "wmWRITER0001", "send_time": 1714957200 + number, "origin": 3,
            "msgtype": "text", "text": {"content": f"第{number}条"},
        }

    def handler(platform):
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, body: dict):
                parts = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(parts.query))
                with platform.lock:
                    value = platform.answer(parts.path.removeprefix("/cgi-bin/"), query, body)
                content = json.dumps(value, ensure_ascii=False).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json; encoding=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self):
                self.answer({})

            def do_POST(self):
                self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, path: str, query: dict, body: dict) -> dict:
        if path in ("stable_token", "gettoken"):
            return self.token(body.get("secret") or query.get("corpsecret"))
        self.calls.append(path)
        if query.get("access_token") not in [given[-1] for given in self.tokens.values() if given]:
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest rid: 1"}
        if self.refused:
            code, message = self.refused.pop(0)
            return {"errcode": code, "errmsg": message}
        paths = {
            "user/get": self.followers, "user/info": self.follower, "user/info/batchget": self.batch, "message/custom/send": self.send,
            "message/template/send": self.send, "externalcontact/get_follow_user_list": self.colleagues,
            "externalcontact/list": self.contacts, "externalcontact/get": self.contact, "kf/account/list": self.accounts,
            "kf/sync_msg": self.sync, "kf/customer/batchget": self.customers, "kf/send_msg": self.send,
        }
        return paths[path](query, body) if path in paths else {"errcode": 40066, "errmsg": "invalid url"}

    def token(self, secret: str | None) -> dict:
        if self.token_refusal:
            return {"errcode": self.token_refusal[0], "errmsg": self.token_refusal[1]}
        if secret not in self.tokens:
            return {"errcode": 40125, "errmsg": "invalid appsecret, rid: 1"}
        self.tokens[secret].append(f"{secret}-{len(self.tokens[secret])}")
        return {"errcode": 0, "errmsg": "ok", "access_token": self.tokens[secret][-1], "expires_in": 7200}

    # The official account.

    def followers(self, query: dict, _: dict) -> dict:
        names = [name for name in FOLLOWERS if name > query.get("next_openid", "")][:200]
        if not names:
            return {"total": len(FOLLOWERS), "count": 0, "next_openid": ""}
        return {"total": len(FOLLOWERS), "count": len(names), "data": {"openid": names}, "next_openid": names[-1]}

    @staticmethod
    def details(openid: str) -> dict:
        return {
            "subscribe": 1, "openid": openid, "language": "zh_CN", "subscribe_time": 1714953600, "unionid": FOLLOWERS[openid],
            "remark": f"备注{openid[-4:]}", "groupid": 0, "tagid_list": [], "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene": 7,
            "qr_scene_str": "",
        }

    def follower(self, query: dict, _: dict) -> dict:
        openid = query.get("openid")
        return self.details(openid) if openid in FOLLOWERS else {"errcode": 40003, "errmsg": "invalid openid rid: 1"}

    def batch(self, _: dict, body: dict) -> dict:
        names = [user["openid"] for user in body["user_list"]]
        if len(names) > 100 or any(name not in FOLLOWERS for name in names):
            return {"errcode": 40003, "errmsg": "invalid openid rid: 1"}
        return {"user_info_list": [self.details(name) for name in names]}

    def send(self, _: dict, body: dict) -> dict:
        self.sent.append(body)
        return {"errcode": 0, "errmsg": "ok", "msgid": 200228332}

    # WeCom.

    def colleagues(self, *_) -> dict:
        return {"errcode": 0, "errmsg": "ok", "follow_user": sorted({name for _, names in CONTACTS.values() for name in names})}

    def contacts(self, query: dict, _: dict) -> dict:
        found = [contact for contact, (_, names) in CONTACTS.items() if query.get("userid") in names]
        return {"errcode": 0, "errmsg": "ok", "external_userid": found} if found else {"errcode": 84061, "errmsg": "not external contact"}

    def contact(self, query: dict, _: dict) -> dict:
        contact = query.get("external_userid")
        if contact not in CONTACTS:
            return {"errcode": 84061, "errmsg": "not external contact"}
        name, colleagues = CONTACTS[contact]
        start = int(query.get("cursor") or 0)
        page = [
            {
                "userid": userid, "remark": f"{name} 1390000120{index}", "createtime": 1714957200, "remark_mobiles": [f"1390000121{index}"],
                "tags": [], "add_way": 1,
            }
            for index, userid in enumerate(colleagues)
        ][start:start + 2]
        return {
            "errcode": 0, "errmsg": "ok",
            "external_contact": {"external_userid": contact, "name": name, "type": 1, "gender": 2, "unionid": f"u{contact[-4:]}"},
            "follow_user": page, "next_cursor": str(start + 2) if start + 2 < len(colleagues) else "",
        }

    def accounts(self, *_) -> dict:
        return {"errcode": 0, "errmsg": "ok", "account_list": [{"open_kfid": SERVICE, "name": "售后", "avatar": ""}]}

    def sync(self, _: dict, body: dict) -> dict:
        start = int((body.get("cursor") or "c0")[1:])
        page = self.messages[start:start + 3]
        end = start + len(page)
        return {
            "errcode": 0, "errmsg": "ok", "next_cursor": f"c{end}", "has_more": int(end < len(self.messages)), "msg_list": page,
        }

    def customers(self, _: dict, body: dict) -> dict:
        people = [
            {"external_userid": name, "nickname": "周敏", "avatar": "", "gender": 2, "unionid": "uWRITER"}
            for name in body["external_userid_list"]
        ]
        return {"errcode": 0, "errmsg": "ok", "customer_list": people, "invalid_external_userid": []}


def expect_clients_agree(platform: Platform, expect) -> None:
    """wechatpy's clients read what the played platform answers."""
    from wechatpy import WeChatClient
    from wechatpy.enterprise import WeChatClient as WeComClient

    token = platform.token(SECRET)["access_token"]
    other = platform.token(CORP_SECRET)["access_token"]
    base = platform.address + "/cgi-bin/"
    account = WeChatClient("wx1", SECRET, access_token=token)
    account.API_BASE_URL = base
    first = next(iter(FOLLOWERS))
    expect("wechatpy reads a follower", account.user.get(first)["unionid"], FOLLOWERS[first])
    expect("wechatpy reads all followers", list(account.user.iter_followers()), list(FOLLOWERS))
    expect("wechatpy reads many at once", [user["openid"] for user in account.user.get_batch(list(FOLLOWERS)[:3])], list(FOLLOWERS)[:3])
    account.message.send_text(first, "你好")
    account.message.send_template(first, "t1", {"thing1": {"value": "订单"}})
    expect("wechatpy's message", platform.sent[0], {"touser": first, "msgtype": "text", "text": {"content": "你好"}})
    expect("wechatpy's template message", platform.sent[1], {"touser": first, "template_id": "t1", "data": {"thing1": {"value": "订单"}}})
    corp = WeComClient("ww1", CORP_SECRET, access_token=other)
    corp.API_BASE_URL = base
    expect("wechatpy reads colleagues", corp.external_contact.get_follow_user_list()["follow_user"], ["sales1", "sales2", "sales3"])
    expect("wechatpy reads a colleague's customers", corp.external_contact.list("sales2")["external_userid"], list(CONTACTS))
    contact = corp.external_contact.get("wmCONTACT0001")
    expect("wechatpy reads a customer", contact["external_contact"]["name"], "孙丽")
    platform.sent.clear()
    platform.calls.clear()
