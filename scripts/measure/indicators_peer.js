// node indicators_peer.js PACKAGE-FOLDER SERIES: microseconds of processor time that npm's technicalindicators takes for
// seven indicators over so many series of 500 bars, measured on 20 of them after as many to warm up.
const fs = require("fs");
const path = require("path");

const [folder, seriesCount] = process.argv.slice(2);
const library = require(path.resolve(folder));
const BARS = 500;
const MEASURED = 20;

function series(seed) {
    let state = seed;
    const draw = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 31 - 1;
    };
    const bars = { high: [], low: [], close: [] };
    let close = 100;
    for (let i = 0; i < BARS; ++i) {
        const open = close;
        close = open * (1 + 0.015 * draw());
        bars.high.push(Math.max(open, close) * (1 + 0.003 * Math.abs(draw())));
        bars.low.push(Math.min(open, close) * (1 - 0.003 * Math.abs(draw())));
        bars.close.push(close);
    }
    return bars;
}

function compute({ high, low, close }) {
    const values = close;
    return [
        library.EMA.calculate({ period: 20, values }),
        library.RSI.calculate({ period: 14, values }),
        library.StochasticRSI.calculate({ rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3, values }),
        library.MACD.calculate({
            fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false, values,
        }),
        library.BollingerBands.calculate({ period: 20, stdDev: 2, values }),
        library.ATR.calculate({ period: 14, high, low, close }),
        library.ADX.calculate({ period: 14, high, low, close }),
    ].reduce((sum, values) => sum + values.length, 0);
}

// Of the main thread alone: the compiler's and the collector's threads are not charged to it.
function processorTimeUs() {
    return Number(fs.readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1000;
}

const all = Array.from({ length: 2 * MEASURED }, (_, seed) => series(seed + 1));
let computed = all.slice(MEASURED).reduce((sum, bars) => sum + compute(bars), 0);
const begin = processorTimeUs();
computed += all.slice(0, MEASURED).reduce((sum, bars) => sum + compute(bars), 0);
const took = processorTimeUs() - begin;
if (computed < MEASURED * 2 * BARS) {
    throw new Error("technicalindicators gave too few values");
}
console.log((took / MEASURED) * Number(seriesCount));
