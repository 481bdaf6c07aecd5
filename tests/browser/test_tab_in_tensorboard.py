"""The tab "Diagnosis" in the TensorBoard that is installed, over a folder in which a run appears."""

import shutil
import subprocess
import sys
from pathlib import Path
from socket import socket
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest

SAMPLES = Path(__file__).parents[2] / "sample_logs"
PATIENCE_S = 120.0


@pytest.fixture
def tensorboard(tmp_path):
    """The address of a TensorBoard over a folder with a sick run and a healthy one."""
    shutil.copytree(SAMPLES / "divergence" / "friedman-rate-keeps-growing", tmp_path / "lost")
    shutil.copytree(SAMPLES / "healthy" / "digits-plain", tmp_path / "plain")
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(tmp_path), "--port", str(port)]
    process = subprocess.Popen([*command, "--load_fast=false"], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://localhost:{port}/data/plugins_listing")
        yield f"http://localhost:{port}/"
    finally:
        process.terminate()
        process.wait()


def wait_for(address):
    end = monotonic() + PATIENCE_S
    while True:
        try:
            return urlopen(address).close()
        except URLError:
            assert monotonic() < end, f"nobody answers at {address}"
            sleep(0.2)


def frame_of_report(page):
    end = monotonic() + PATIENCE_S
    while True:
        for frame in page.frames:
            if "/diagnosis/report/" in frame.url:
                return frame
        assert monotonic() < end, "the tab shows no report"
        page.wait_for_timeout(100)


def test_verdicts_curves_and_what_is_new(tensorboard, chromium, tmp_path):
    page = chromium.new_page()
    complaints = []
    page.on("console", lambda one: one.type == "error" and complaints.append(one.text))
    page.goto(f"{tensorboard}#diagnosis")
    report = frame_of_report(page)
    row = report.locator("div.row", has_text="lost")
    row.wait_for(timeout=PATIENCE_S * 1e3)
    assert "divergence" in row.text_content()

    shutil.copytree(SAMPLES / "healthy" / "digits-dropout", tmp_path / "new")
    report.locator("div.row", has_text="new").wait_for(timeout=PATIENCE_S * 1e3)

    row.get_by_role("link", name="lost").click()
    report.locator(".plots > *").first.wait_for(timeout=PATIENCE_S * 1e3)
    assert "The loss left its best value" in report.locator("body").text_content()
    assert complaints == []
    page.close()
