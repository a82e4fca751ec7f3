"use strict";
// A page that is opened from a folder gets no worker from its browser; the search then runs in a hidden frame.
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.appendChild(frame);
      const page = frame.contentDocument;
      frame.contentWindow.told = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.ready = new Promise((done) => { frame.contentWindow.begun = done; });
      this.frame = frame;
      page.open();
      page.write(
        "<!doctype html><body><script>window.postMessage = told;" +
          // One after another: the later ones need the earlier ones.
          "window.importScripts = async (...all) => { for (const one of all) await new Promise((done, failed) => {" +
          "const script = document.createElement('script'); script.src = one; script.onload = done;" +
          "script.onerror = failed; document.body.appendChild(script); }); };<\/script>" +
          `<script src="${new URL(address, document.baseURI)}" onload="begun()"><\/script>`
      );
      page.close();
    }
    async postMessage(data) {
      await this.ready;
      this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }
    set onmessage(heard) {
      this.addEventListener("message", heard);
    }
    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
