// node http_peer.mjs URL REQUESTS IN_FLIGHT: as bench_http, with node's fetch. Prints microseconds.
const [url, requests, inFlight] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

async function sendAll() {
    let left = requests;
    const lane = async () => {
        while (left-- > 0) {
            const response = await fetch(url);
            if (response.status !== 200 || (await response.text()).length !== 200) {
                throw new Error("the server answered something else");
            }
        }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
}

await sendAll();
const start = process.hrtime.bigint();
await sendAll();
console.log(Number(process.hrtime.bigint() - start) / 1000);
