// Where the phone is at this one moment: watch for up to eight seconds, keep every fix, stop early when it is good.

import { serverTime } from "./server_time.js";

const LONGEST_SEARCH_MS = 8000;
const ENOUGH_FIXES = 4;
const GOOD_ENOUGH_METRES = 25;

/**
 * Resolves to {fixes, problem}. A fix is {latitude, longitude, accuracy_metres, altitude_metres, fixed_at}, degrees and
 * the server's time. `problem` is "" or, when there is no fix, "unknown" (the browser has no positions), "denied",
 * "unavailable" or "timed-out". `onProgress` hears the best accuracy so far, in metres.
 */
export function searchPosition({ onProgress = () => {} } = {}) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve({ fixes: [], problem: "unknown" });
      return;
    }
    const fixes = [];
    let problem = "";
    let watch = null;
    const finish = () => {
      clearTimeout(timer);
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      resolve({ fixes, problem: fixes.length ? "" : problem || "timed-out" });
    };
    const timer = setTimeout(finish, LONGEST_SEARCH_MS);
    watch = navigator.geolocation.watchPosition(
      (position) => {
        const { latitude, longitude, accuracy, altitude } = position.coords;
        fixes.push({
          latitude,
          longitude,
          accuracy_metres: accuracy,
          altitude_metres: altitude ?? null,
          fixed_at: serverTime(position.timestamp),
        });
        onProgress(Math.round(Math.min(...fixes.map((fix) => fix.accuracy_metres))));
        if (fixes.length >= ENOUGH_FIXES || accuracy <= GOOD_ENOUGH_METRES) finish();
      },
      (error) => {
        problem = error.code === error.PERMISSION_DENIED ? "denied" : "unavailable";
        if (problem === "denied") finish();
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: LONGEST_SEARCH_MS },
    );
  });
}
