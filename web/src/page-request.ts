/** Asks for a page of ours behind the one that is shown. Without an answer in time it rejects. */

/** `form`: what is sent; without it the page is fetched. The request itself parses it: our policy makes no HTML of text (Trusted Types). */
export const requestPage = (url: string, patience: number, form?: FormData): Promise<XMLHttpRequest> =>
	new Promise((done, failed) => {
		const request = new XMLHttpRequest();
		request.open(form ? "POST" : "GET", url);
		request.responseType = "document";
		request.setRequestHeader("accept", "text/html");
		request.timeout = patience;
		request.onload = () => done(request);
		request.onerror = request.ontimeout = request.onabort = () => failed(new Error("network"));
		request.send(form);
	});
