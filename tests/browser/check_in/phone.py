"""What a worker does on the page, and what the phone then keeps."""

from playwright.sync_api import expect

SMALL = {"width": 360, "height": 640, "has_touch": True}
API = "**/api/check-ins/"
BATCH = "**/api/check-ins/batch/"


def tap(page, occupation="rider"):
    page.locator(f'button[value="{occupation}"]').click()


def thanked(page, words="签到成功，谢谢！"):
    expect(page.locator("#thanks-title")).to_have_text(words)


def queued(page):
    return page.evaluate(
        "Object.keys(localStorage).filter((one) => one.startsWith('jieli.check-in.')).length"
    )
