// Photos are made small in the browser and sent one by one; what could not be sent is kept here and tried again.
// Sending twice does no harm: the server knows a file by its content. Without this script the form sends as it is.
(function () {
  "use strict";
  const LONG_SIDE = 2000; // pixels: enough to read a photographed page, a tenth of the bytes
  const QUALITY = 0.85;
  const STORE = "waiting";
  const PAUSES = [2, 5, 15, 30, 60]; // seconds before the next try
  watch();
  const forms = Array.from(document.querySelectorAll("form.send"));
  if (!forms.length || !window.fetch || !window.FormData) return;
  const words = JSON.parse(forms[0].dataset.words);

  // ---- a page that waits for the worker shows how far it is

  async function watch() {
    const bar = document.querySelector("progress[data-watch]");
    while (bar) {
      await new Promise((goOn) => window.setTimeout(goOn, 3000));
      try {
        const answer = await fetch(window.location.href, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.querySelector("progress[data-watch]");
        if (!now) return window.location.reload();
        bar.value = now.value;
      } catch (_gone) { /* no connection for a moment: ask again */ }
    }
  }

  // ---- the queue: in the browser's own database where there is one, else in memory

  let database = null;
  const memory = [];

  function open() {
    return new Promise((resolve) => {
      if (!window.indexedDB) return resolve();
      const asked = indexedDB.open("papers", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
      asked.onsuccess = () => { database = asked.result; resolve(); };
      asked.onerror = () => resolve();
    });
  }

  function act(mode, work) {
    return new Promise((resolve, reject) => {
      const asked = work(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function keep(photo) {
    if (database) {
      try { return await act("readwrite", (store) => store.add(photo)); } catch (_full) { /* then in memory */ }
    }
    photo.id = "m" + memory.push(photo);
    return photo.id;
  }

  async function waiting() {
    const kept = database ? await act("readonly", (store) => store.getAll()) : [];
    return kept.concat(memory);
  }

  async function drop(photo) {
    const at = memory.indexOf(photo);
    if (at >= 0) memory.splice(at, 1);
    else if (database) await act("readwrite", (store) => store.delete(photo.id));
  }

  // ---- making pictures small

  async function small(file, side) {
    if (!/^image\//.test(file.type) || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, side / Math.max(picture.width, picture.height));
      if (share === 1 && file.type === "image/jpeg" && file.size < 1500000) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * share);
      canvas.height = Math.round(picture.height * share);
      const brush = canvas.getContext("2d");
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      return blob && (blob.size < file.size || !/jpe?g|png|webp/.test(file.type)) ? blob : file;
    } catch (_unreadable) {
      return file; // the server will say what is wrong with it
    }
  }

  // ---- what the page shows

  const box = document.createElement("section");
  box.className = "queue";
  box.hidden = true;
  box.innerHTML = '<p role="status"></p><progress max="1" value="0"></progress><ul></ul>';
  forms[0].parentNode.insertBefore(box, forms[0]);
  const line = box.querySelector("p");
  const bar = box.querySelector("progress");
  bar.setAttribute("aria-label", words.done);

  function say(text, stuck) {
    box.hidden = false;
    box.classList.toggle("stuck", Boolean(stuck));
    line.textContent = text;
  }

  function complain(name, sentence) {
    const entry = document.createElement("li");
    entry.textContent = name + ": " + sentence;
    box.querySelector("ul").appendChild(entry);
  }

  // ---- sending

  let running = false;
  let sent = 0;
  let refused = 0;
  let begun = false; // was anything chosen on this page sent by itself?

  function forget() {
    sent = 0;
    refused = 0;
    box.querySelector("ul").textContent = "";
  }

  async function send(photo) {
    const body = new FormData();
    Object.keys(photo.fields).forEach((name) => body.append(name, photo.fields[name]));
    body.set("csrf_token", forms[0].elements.csrf_token.value); // this page's, for the kept one may be too old
    body.append("files", photo.blob, photo.name);
    const answer = await fetch(photo.address, {
      method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin",
    });
    if (answer.redirected || !/json/.test(answer.headers.get("Content-Type") || "")) {
      if (answer.status >= 500 || answer.status === 429) throw new Error("later");
      if (answer.status === 413 || answer.status === 404 || answer.status === 403) return { taken: false, sentence: words.refused };
      throw new Error("signed out");
    }
    return answer.json();
  }

  async function pump(tries) {
    if (running) return;
    running = true;
    try {
      for (;;) {
        const photos = await waiting();
        if (!photos.length) break;
        const total = sent + photos.length;
        say(words.sending.replace("{n}", sent + 1).replace("{m}", total));
        bar.max = total;
        bar.value = sent;
        const told = await send(photos[0]);
        await drop(photos[0]);
        sent += 1;
        tries = 0;
        if (!told.taken) { refused += 1; complain(photos[0].name, told.sentence); }
      }
      bar.value = bar.max;
      if (sent) {
        say(refused ? words.some.replace("{n}", sent - refused).replace("{m}", sent) : words.done, refused);
        if (!refused) window.location.reload();
      }
    } catch (error) {
      say(error.message === "signed out" ? words.signed_out : words.waiting, true);
      const pause = PAUSES[Math.min(tries || 0, PAUSES.length - 1)];
      window.setTimeout(() => pump((tries || 0) + 1), 1000 * pause);
    } finally {
      running = false;
    }
  }

  async function take(form) {
    const fields = {};
    new FormData(form).forEach((value, name) => { if (typeof value === "string") fields[name] = value; });
    delete fields.csrf_token;
    const files = [];
    form.querySelectorAll("input[type=file]").forEach((input) => {
      files.push(...input.files);
      input.value = ""; // at once: a press of the button meanwhile must not send the same a second time
      input.required = false;
    });
    if (!running) forget();
    begun = true;
    say(words.small);
    for (const file of files) {
      const blob = await small(file, Number(form.dataset.side) || LONG_SIDE);
      await keep({ address: form.getAttribute("action"), fields: fields, blob: blob, name: file.name });
    }
    pump(0);
  }

  forms.forEach((form) => {
    form.addEventListener("submit", (event) => {
      const chosen = Array.from(form.querySelectorAll("input[type=file]")).some((input) => input.files.length);
      if (!chosen && !begun) return; // the server says what is missing
      event.preventDefault();
      if (chosen) take(form); // else it was sent when it was chosen, and above stands what became of it
    });
    const camera = form.querySelector("input[capture]");
    if (camera) camera.addEventListener("change", () => { if (camera.files.length) take(form); });
  });
  window.addEventListener("online", () => pump(0));
  open().then(() => pump(0));
})();
