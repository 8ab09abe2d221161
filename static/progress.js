// A page that waits for the worker says how far it is, and is loaded again once, when the work is done.
"use strict";
(async () => {
  const bar = document.querySelector("main progress");
  while (bar) {
    await new Promise((goOn) => setTimeout(goOn, 3000));
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("main progress");
      if (!now) return location.reload();
      bar.value = now.value;
      bar.textContent = now.textContent;
    } catch {
      // no connection for a moment: ask again
    }
  }
})();
