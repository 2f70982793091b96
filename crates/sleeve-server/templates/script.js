// Adds a Copy button beside each text that is worth copying. Everything else works without this file.
"use strict";

if (navigator.clipboard) {
  for (const place of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(place.dataset.copy);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    place.append(button);
  }
}
