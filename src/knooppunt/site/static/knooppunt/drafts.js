// Keeps what is typed: a field marked data-draft goes to the server after a short pause, and at once when the page is left or sent.
// Below the field stands whether it was kept. Without this script a form works as it always did.
(() => {
  "use strict";
  const PAUSE = 1000; // ms after the last key
  const LONGEST = 5000; // ms while somebody types on
  const AGAIN = 10000; // ms until another try without a connection
  const states = new Map(); // field → what is known of it

  const stateOf = (field) => {
    if (!states.has(field)) states.set(field, { kept: field.defaultValue, since: 0, timer: 0, busy: false });
    return states.get(field);
  };

  const say = (field, text, wrong) => {
    const line = document.getElementById(`${field.id}_draft`);
    if (!line) return;
    line.toggleAttribute("data-wrong", wrong);
    // The same sentence again would be read aloud again.
    if (line.textContent !== text) line.textContent = text;
  };

  const sayOf = (field, which) => say(field, document.getElementById(`${field.id}_draft`)?.dataset[which] ?? "", true);

  const plan = (field, wait) => {
    const state = stateOf(field);
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(() => keep(field, false), wait);
  };

  const heard = async (field, state, text, answer) => {
    if (answer.ok || answer.status === 409) {
      state.kept = text;
      say(field, await answer.text(), !answer.ok);
    } else if (answer.status >= 500) {
      sayOf(field, "waiting");
      plan(field, AGAIN);
    } else {
      sayOf(field, "refused");
    }
  };

  const keep = async (field, leaving) => {
    const state = stateOf(field);
    window.clearTimeout(state.timer);
    const slip = field.form?.elements.namedItem("concept");
    if (!field.isConnected || !slip?.value || field.value === state.kept) return;
    // One at a time, so that an older text never comes after a newer one; leaving the page there is no later.
    if (state.busy && !leaving) return plan(field, PAUSE);
    const text = field.value;
    state.busy = true;
    state.since = 0;
    try {
      const answer = await fetch(slip.dataset.to, {
        method: "POST",
        body: new URLSearchParams({ concept: slip.value, field: field.name, text }),
        headers: { "X-CSRFToken": field.form.elements.namedItem("csrfmiddlewaretoken").value },
        redirect: "manual",
        keepalive: leaving,
      });
      await heard(field, state, text, answer);
    } catch {
      sayOf(field, "waiting");
      plan(field, AGAIN);
    } finally {
      state.busy = false;
    }
  };

  const keepAll = () => states.forEach((_state, field) => keep(field, true));

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLElement) || !field.matches("[data-draft]")) return;
    const state = stateOf(field);
    const now = Date.now();
    state.since ||= now;
    plan(field, Math.max(0, Math.min(PAUSE, state.since + LONGEST - now)));
  });

  // What is sent is kept too: should it not arrive, it is not lost; once it has arrived, the server drops it.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.id !== "draft-away") return keepAll();
      // Whoever begins anew means that nothing is kept.
      states.forEach((state) => window.clearTimeout(state.timer));
      states.clear();
    },
    true,
  );
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepAll();
  });
  window.addEventListener("pagehide", keepAll);
  window.addEventListener("online", () => states.forEach((_state, field) => keep(field, false)));
})();
