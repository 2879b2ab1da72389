"""Reads a mailbox file with Python's mailbox and email, and makes of each mail what Kindred makes: header fields, text, attachments' sizes."""

import email.policy
import email.utils
import mailbox
import sys
import time
from email.parser import BytesParser

mails = size = faults = 0
parser = BytesParser(policy=email.policy.default)
box = mailbox.mbox(sys.argv[1], create=False)
for key in box.iterkeys():
    mails += 1
    try:
        message = parser.parsebytes(box.get_bytes(key))
        for name in ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"):
            size += len(str(message.get(name) or ""))
        body = message.get_body(("plain", "html"))
        if body is not None:
            charset = (body.get_content_charset() or "utf-8").lower()
            charset = "gb18030" if charset in ("gb2312", "gbk") else charset
            size += len(body.get_payload(decode=True).decode(charset, "replace"))
        for part in message.iter_attachments():
            size += len(part.get_filename() or "") + len(part.get_payload(decode=True) or b"")
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        faults += 1
# Of the process, its start included.
seconds = time.process_time()
print(f"Python's mailbox and email: mails={mails} faults={faults} cpu_s={seconds:.3f} mails_per_s={mails / seconds:.0f}")
