// How a page asks the endpoint: again where a busy server says when, and no longer than a reader waits.

const TRIES = 3;
const LONGEST_PAUSE = 5; // seconds
const PATIENCE = 20; // seconds

/** The server took longer than a reader waits. */
export class TooSlow extends Error {}

/** Some milliseconds more for each, so that those who were refused together do not come back together. */
const pause = (seconds) => new Promise((resume) => setTimeout(resume, seconds * 1000 + Math.random() * 250));

async function send(url, init, signal) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, PATIENCE * 1000);
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    const answer = await fetch(url, { ...init, signal: controller.signal });
    const retryAfter = Number(answer.headers.get("retry-after"));
    return { status: answer.status, statusText: answer.statusText, retryAfter, text: await answer.text() };
  } catch (error) {
    throw isLate ? new TooSlow(`no answer within ${PATIENCE} s`) : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * The status and the text that the endpoint answers to a request. Raises TooSlow, what fetch raises, and what `signal`
 * is aborted with.
 */
export async function post(url, headers, request, signal) {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(request),
  };
  for (let attempt = 1; ; attempt++) {
    const answer = await send(url, init, signal);
    const mayTryAgain = answer.status === 503 && answer.retryAfter > 0 && answer.retryAfter <= LONGEST_PAUSE;
    if (!mayTryAgain || attempt === TRIES) return answer;
    await pause(answer.retryAfter);
  }
}
