// Maps: <div data-map …> of the map component. Markers come from a JSON script, the pin writes into two inputs.
// Streets come from the tile address when there is one; otherwise a basemap of our own, good up to zoom 12.
(() => {
  const OFFLINE_MOST_ZOOM = 12;
  const TONES = /^(primary|info|success|warning|error|neutral)$/;
  const number = (text) => (text === undefined || text === "" || !Number.isFinite(Number(text)) ? null : Number(text));
  const rounded = (value) => Math.round(value * 1e6) / 1e6;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let basemapRequest = null;

  function pinIcon(tone = "primary") {
    const known = TONES.test(tone) ? tone : "primary";
    return L.divIcon({
      className: `map-marker tone-${known}`,
      html: '<svg viewBox="0 0 32 42" aria-hidden="true"><path class="pin" d="M16 1.5C8 1.5 1.5 7.9 1.5 15.8 1.5 26.5 16 40.5 16 40.5s14.5-14 14.5-24.7C30.5 7.9 24 1.5 16 1.5z"/><circle class="pin-dot" cx="16" cy="16" r="5"/></svg>',
      iconSize: [32, 42],
      iconAnchor: [16, 41],
      popupAnchor: [0, -36],
    });
  }

  function clusterIcon(cluster) {
    return L.divIcon({ className: "map-cluster", html: String(cluster.getChildCount()), iconSize: [44, 44] });
  }

  // Built from text nodes: titles are other people's words.
  function popupOf(place) {
    const box = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = place.title ?? "";
    box.append(title);
    if (place.detail) {
      const detail = document.createElement("p");
      detail.textContent = place.detail;
      box.append(detail);
    }
    if (place.url && /^\/(?!\/)/.test(place.url)) {
      const link = document.createElement("a");
      link.href = place.url;
      link.className = "link";
      link.textContent = place.link_text ?? place.title ?? place.url;
      box.append(link);
    }
    return box;
  }

  function addBasemap(map, element) {
    map.attributionControl.setPrefix(false);
    if (element.dataset.tileUrl) {
      L.tileLayer(element.dataset.tileUrl, { maxZoom: 19, attribution: element.dataset.tileAttribution }).addTo(map);
      return;
    }
    map.setMaxZoom(OFFLINE_MOST_ZOOM);
    basemapRequest ??= fetch(element.dataset.basemap).then((answer) => {
      if (!answer.ok) throw new Error(`basemap: ${answer.status}`);
      return answer.json();
    });
    basemapRequest.then((basemap) => drawBasemap(map, basemap)).catch(() => {
      element.dataset.basemapFailed = "yes";
    });
  }

  const STYLES = {
    land: { color: "#a9b9c6", weight: 1, fillColor: "#f6f5f1", fillOpacity: 1 },
    counties: { color: "#d9d6cd", weight: 1, fill: false },
    provinces: { color: "#a8a398", weight: 1.5, fill: false, dashArray: "6 4" },
    lakes: { color: "#a9b9c6", weight: 1, fillColor: "#d5e4ee", fillOpacity: 1 },
    country: { color: "#7d7a86", weight: 2, fill: false },
  };

  function drawBasemap(map, basemap) {
    const pane = map.createPane("basemap");
    pane.style.zIndex = "150";
    const renderer = L.canvas({ pane: "basemap", padding: 0.5 });
    const counties = L.layerGroup();
    for (const layer of ["land", "lakes", "counties", "provinces", "country"]) {
      for (const line of basemap[layer] ?? []) {
        const points = decode(line, basemap.scale);
        const options = { ...STYLES[layer], pane: "basemap", renderer, interactive: false, smoothFactor: 1 };
        const shape = STYLES[layer].fill === false ? L.polyline(points, options) : L.polygon(points, options);
        shape.addTo(layer === "counties" ? counties : map);
      }
    }
    // County lines exist around a few areas only; from far away they would look like a blot.
    const showCounties = () => (map.getZoom() >= 8 ? counties.addTo(map) : counties.remove());
    map.on("zoomend", showCounties);
    showCounties();
    map.attributionControl.addAttribution(basemap.attribution);
    const labels = L.layerGroup().addTo(map);
    const relabel = () => labelPlaces(map, labels, basemap.places);
    map.on("moveend", relabel);
    relabel();
  }

  // A line is a flat list of differences in units of 1/scale degree: longitude, latitude, longitude, latitude …
  function decode(line, scale) {
    const points = [];
    let longitude = 0;
    let latitude = 0;
    for (let place = 0; place < line.length; place += 2) {
      longitude += line[place];
      latitude += line[place + 1];
      points.push([latitude / scale, longitude / scale]);
    }
    return points;
  }

  // Largest places first; one that would cover another's name is left out.
  function labelPlaces(map, labels, places) {
    labels.clearLayers();
    const bounds = map.getBounds();
    const taken = [];
    const least = { 4: 9e5, 5: 5e5, 6: 25e4, 7: 12e4, 8: 4e4, 9: 12e3, 10: 2e3 }[map.getZoom()] ?? (map.getZoom() > 10 ? 0 : 2e6);
    for (const [name, latitude, longitude, people] of places) {
      if (people < least || !bounds.contains([latitude, longitude])) continue;
      const spot = map.latLngToContainerPoint([latitude, longitude]);
      const width = 18 + name.length * 7;
      if (taken.some((other) => Math.abs(other.y - spot.y) < 18 && spot.x < other.x + other.width && other.x < spot.x + width)) continue;
      taken.push({ x: spot.x, y: spot.y, width });
      const text = document.createElement("span");
      text.textContent = name;
      const icon = L.divIcon({ className: `map-place${people > 2e5 ? " map-place-large" : ""}`, html: text, iconSize: null, iconAnchor: [3, 9] });
      L.marker([latitude, longitude], { icon, interactive: false, keyboard: false, pane: "tilePane" }).addTo(labels);
      if (taken.length >= 40) break;
    }
  }

  function addMarkers(map, element) {
    const script = document.getElementById(element.dataset.markers);
    if (!script) return [];
    const places = JSON.parse(script.textContent).filter((place) => Number.isFinite(place.latitude) && Number.isFinite(place.longitude));
    const group = L.markerClusterGroup
      ? L.markerClusterGroup({ disableClusteringAtZoom: 15, showCoverageOnHover: false, iconCreateFunction: clusterIcon, maxClusterRadius: 44 })
      : L.layerGroup();
    const spots = places.map((place) => [place.latitude, place.longitude]);
    for (const place of places) {
      // A circle that is drawn is part of what must be seen: the fence around a pin, or how rough a position is.
      if (Number.isFinite(place.radius_metres) && place.radius_metres > 0) {
        const tone = colour(`--color-${TONES.test(place.tone) ? place.tone : "primary"}`);
        const look = place.is_rough ? { weight: 2, dashArray: "4 4", fillOpacity: 0.12 } : { weight: 2, fillOpacity: 0.08 };
        const circle = L.circle([place.latitude, place.longitude], { radius: place.radius_metres, color: tone, interactive: false, ...look }).addTo(map);
        const bounds = circle.getBounds();
        spots.push(bounds.getSouthWest(), bounds.getNorthEast());
      }
      L.marker([place.latitude, place.longitude], { icon: pinIcon(place.tone), alt: place.title ?? "", title: place.title ?? "" })
        .bindPopup(() => popupOf(place))
        .addTo(group);
    }
    group.addTo(map);
    return spots;
  }

  function addPin(map, element, position) {
    const latitudeInput = document.getElementById(element.dataset.latitudeInput);
    const longitudeInput = document.getElementById(element.dataset.longitudeInput);
    const moves = Boolean(latitudeInput && longitudeInput);
    const status = element.parentElement.querySelector("[data-map-status]");
    const pin = L.marker(position, {
      icon: pinIcon(),
      draggable: moves,
      keyboard: moves,
      autoPan: true,
      alt: moves ? element.dataset.pinLabel : element.getAttribute("aria-label"),
      title: "",
    }).addTo(map);
    const fence = number(element.dataset.radiusMetres);
    const accuracy = number(element.dataset.accuracyMetres);
    const circles = [];
    if (fence) circles.push(L.circle(position, { radius: fence, color: colour("--color-primary"), weight: 2, fillOpacity: 0.08, interactive: false }));
    if (accuracy) circles.push(L.circle(position, { radius: accuracy, color: colour("--color-info"), weight: 1, dashArray: "4 4", fillOpacity: 0.1, interactive: false }));
    for (const circle of circles) circle.addTo(map);
    if (!moves) return;

    // `moved` tells whether a person placed it: only then may the pin arm the fence.
    const place = (point, byHand) => {
      const spot = L.latLng(Math.max(-85, Math.min(85, point.lat)), L.Util.wrapNum(point.lng, [-180, 180], true));
      pin.setLatLng(spot);
      for (const circle of circles) circle.setLatLng(spot);
      if (!byHand) return;
      latitudeInput.value = rounded(spot.lat);
      longitudeInput.value = rounded(spot.lng);
      for (const input of [latitudeInput, longitudeInput]) input.dispatchEvent(new Event("change", { bubbles: true }));
      element.dispatchEvent(new CustomEvent("muster:pin-moved", { bubbles: true, detail: { latitude: rounded(spot.lat), longitude: rounded(spot.lng) } }));
      if (status) status.textContent = `${element.dataset.movedText} ${rounded(spot.lat)}, ${rounded(spot.lng)}`;
    };
    pin.on("dragend", () => place(pin.getLatLng(), true));
    map.on("click", (event) => place(event.latlng, true));
    const handle = pin.getElement();
    handle.setAttribute("role", "button");
    handle.setAttribute("aria-label", element.dataset.pinLabel);
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const pixels = event.shiftKey ? 40 : 4;
      const from = map.latLngToContainerPoint(pin.getLatLng());
      place(map.containerPointToLatLng(from.add([step[0] * pixels, step[1] * pixels])), true);
      map.panInside(pin.getLatLng(), { padding: [40, 60] });
    });
    const typed = () => {
      const latitude = number(latitudeInput.value);
      const longitude = number(longitudeInput.value);
      if (latitude === null || longitude === null || Math.abs(latitude) > 85 || Math.abs(longitude) > 180) return;
      const spot = L.latLng(latitude, longitude);
      if (spot.distanceTo(pin.getLatLng()) < 0.2) return;
      place(spot, false);
      map.setView(spot, map.getZoom());
    };
    for (const input of [latitudeInput, longitudeInput]) input.addEventListener("change", typed);
  }

  function start(element) {
    if (element.dataset.started || !window.L) return;
    element.dataset.started = "yes";
    const map = L.map(element, { zoomControl: true, scrollWheelZoom: false, minZoom: 3, maxZoom: 19, keyboard: true });
    const latitude = number(element.dataset.latitude);
    const longitude = number(element.dataset.longitude);
    const position = latitude === null || longitude === null ? null : [latitude, longitude];
    const zoom = number(element.dataset.zoom) ?? (element.dataset.tileUrl ? 15 : 11);
    map.setView(position ?? [43, -95], position ? zoom : 4);
    addBasemap(map, element);
    const spots = addMarkers(map, element);
    if (position) addPin(map, element, position);
    else if (spots.length) {
      // Circles say something without streets, too; beyond the basemap there is a scale instead.
      const close = "close" in element.dataset ? 17 : 11;
      if (close > OFFLINE_MOST_ZOOM) map.setMaxZoom(Math.max(close, map.getMaxZoom()));
      map.fitBounds(spots, { padding: [40, 40], maxZoom: close });
      if (close > OFFLINE_MOST_ZOOM) L.control.scale({ position: "bottomright" }).addTo(map);
    }
    map.once("focus", () => map.scrollWheelZoom.enable());
  }

  const startAll = (root) => root.querySelectorAll("[data-map]").forEach(start);
  startAll(document);
  document.addEventListener("htmx:afterSettle", (event) => startAll(event.target));
})();
