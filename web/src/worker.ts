/** Registers a service worker. Rejects where there are none for this app, this mode or this address. */

interface TrustedTypes { createPolicy(name: string, rules: object): { createScriptURL(text: string): string } }

export async function registerWorker(address: string, scope: string): Promise<ServiceWorkerRegistration> {
	// Under `require-trusted-types-for 'script'` the address of a worker must come out of a policy.
	const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
	const url = types?.createPolicy("tongxing-worker", { createScriptURL: (text: string) => text }).createScriptURL(address) ?? address;
	const registration: ServiceWorkerRegistration | undefined = await navigator.serviceWorker.register(url, { scope });
	// Where workers are switched off, some browsers answer with nothing instead of refusing.
	if (!registration) throw new DOMException("no service worker", "NotSupportedError");
	return registration;
}
