// Atoms that turn: the viewer of a page's models. Uses THREE (r111); everything else is here.
(() => {
'use strict';
const still = matchMedia('(prefers-reduced-motion: reduce)');
const turnSpeed = 0.35;  // rad/s
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// ---- What the page says of a model ----

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const shortsOf = (text, signed) => {
  const bytes = bytesOf(text);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({length: bytes.length / 2},
      (_, i) => signed ? view.getInt16(2 * i, true) : view.getUint16(2 * i, true));
};
const readFrame = (frame, step) => ({
  label: frame.label,
  n: frame.n,
  atom: frame.atom,
  at: shortsOf(frame.xyz, true).map((v) => v * step),
  radius: frame.radii === undefined ? new Float32Array(frame.n).fill(frame.radius) :
                                      shortsOf(frame.radii, false).map((v) => v * 1e-3),
  kinds: frame.kinds.map(bytesOf),
});
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const rounded = (value) => Number(value.toPrecision(2));

// ---- Elements ----

const element = (name, settings, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(settings || {})) {
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};
const svgElement = (name, settings) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(settings)) made.setAttribute(key, value);
  return made;
};

// ---- Spheres: each a square that faces the eye, shaded and given the depth of a ball ----

const vertexShader = `
attribute vec3 place;
attribute float size;
attribute vec3 colour;
uniform float cutDepth;
varying vec2 across;
varying vec3 shade;
varying float radius;
varying float depth;
void main() {
  vec4 centre = modelViewMatrix * vec4(place, 1.0);
  across = position.xy;
  shade = colour;
  radius = centre.z > cutDepth ? 0.0 : size;
  depth = centre.z;
  gl_Position = projectionMatrix * (centre + vec4(position.xy * radius, 0.0, 0.0));
}`;
const fragmentShader = `
uniform mat4 projectionMatrix;
uniform float pixel;
uniform float nearest;
uniform float span;
varying vec2 across;
varying vec3 shade;
varying float radius;
varying float depth;
void main() {
  float square = dot(across, across);
  if (square > 1.0 || radius <= 0.0) discard;
  vec3 normal = vec3(across, sqrt(1.0 - square));
  vec3 light = normalize(vec3(-0.45, 0.65, 0.85));
  float facing = max(dot(normal, light), 0.0);
  float glint = pow(max(dot(normal, normalize(light + vec3(0.0, 0.0, 1.0))), 0.0), 48.0);
  vec3 lit = shade * (0.50 + 0.56 * facing) + vec3(0.26) * glint;
  // A dark rim, about one and a half pixels wide.
  float inside = (1.0 - sqrt(square)) * radius / pixel;
  lit = mix(shade * 0.28, lit, smoothstep(0.4, 2.2, inside));
  // What is farther away is paler.
  float haze = clamp((nearest - depth) / span, 0.0, 1.0);
  gl_FragColor = vec4(mix(lit, vec3(1.0), 0.48 * haze), 1.0);
#ifdef GL_EXT_frag_depth
  float z = depth + radius * normal.z;
  gl_FragDepthEXT = 0.5 * (projectionMatrix[2][2] * z + projectionMatrix[3][2]) + 0.5;
#endif
}`;

const makeSpheres = () => {
  const geometry = new THREE.InstancedBufferGeometry();
  geometry.setAttribute('position', new THREE.BufferAttribute(
      new Float32Array([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0]), 3));
  geometry.setIndex([0, 1, 2, 0, 2, 3]);
  const material = new THREE.ShaderMaterial({
    vertexShader,
    fragmentShader,
    uniforms: {pixel: {value: 1}, nearest: {value: 1}, span: {value: 1}, cutDepth: {value: 1e6}},
    extensions: {fragDepth: true},
  });
  const mesh = new THREE.Mesh(geometry, material);
  mesh.frustumCulled = false;
  return mesh;
};

// World to view, from the directions that are right, up and towards the eye.
const orientation = (right, up, near) => new THREE.Quaternion().setFromRotationMatrix(
    new THREE.Matrix4().set(...right, 0, ...up, 0, ...near, 0, 0, 0, 0, 1));
const views = () => {
  const near = new THREE.Vector3(0.48, -0.80, 0.36).normalize();
  const right = new THREE.Vector3(0, 0, 1).cross(near).normalize();
  const up = near.clone().cross(right);
  return {
    oblique: orientation(right.toArray(), up.toArray(), near.toArray()),
    beam: orientation([1, 0, 0], [0, -1, 0], [0, 0, -1]),
    x: orientation([0, 1, 0], [0, 0, 1], [1, 0, 0]),
    y: orientation([1, 0, 0], [0, 0, 1], [0, -1, 0]),
  };
};

class Viewer {
  constructor(figure) {
    this.figure = figure;
    const data = JSON.parse(figure.querySelector('.model-data').textContent);
    this.data = data;
    this.frames = data.frames.map((frame) => readFrame(frame, data.step));
    this.extent = Math.max(data.extent, 1);
    this.colouring = 0;
    this.frame = 0;
    this.hidden = data.colourings.map(() => new Set());
    this.views = views();
    this.turn = this.views.oblique.clone();
    this.goal = null;
    this.zoom = 1;
    this.pan = [0, 0];
    this.cut = 0;
    this.turning = !still.matches;
    this.playing = false;
    this.pointers = new Map();
    this.canvas = element('canvas', {tabIndex: 0, role: 'img'});
    this.canvas.setAttribute('aria-label',
        'Model of atoms. Arrow keys turn it, plus and minus zoom, space starts and stops turning.');
    this.renderer = new THREE.WebGLRenderer({canvas: this.canvas, antialias: true, alpha: false});
    this.renderer.setClearColor(0xffffff);
    this.scene = new THREE.Scene();
    this.camera = new THREE.OrthographicCamera(-1, 1, 1, -1, 0, 1);
    this.spheres = makeSpheres();
    this.scene.add(this.spheres);
    this.build();
    this.listen();
    this.fill();
    this.live.hidden = false;
    figure.querySelector('.model-still').hidden = true;
    this.draw = this.draw.bind(this);
    this.visible = true;
    new IntersectionObserver((seen) => {
      this.visible = seen[seen.length - 1].isIntersecting;
      if (this.visible) this.ask();
    }).observe(this.canvas);
    new ResizeObserver(() => this.ask()).observe(this.canvas);
    this.ask();
  }

  // ---- The parts around the picture ----

  build() {
    const data = this.data;
    this.triad = svgElement('svg', {viewBox: '-36 -36 72 72', class: 'triad', 'aria-hidden': 'true'});
    this.axes = ['x', 'y', 'z'].map((name) => {
      const line = svgElement('line', {x1: 0, y1: 0});
      const label = svgElement('text', {});
      label.textContent = name === 'z' ? 'z (beam)' : name;
      this.triad.append(line, label);
      return {line, label};
    });
    this.bar = element('div', {className: 'bar'});
    this.told = element('p', {className: 'told'});
    this.turnButton = this.button('', () => this.setTurning(!this.turning));
    const look = (label, name) => this.button(label, () => this.look(name));
    this.cutInput = element('input', {type: 'range', min: 0, max: 100, value: 0, step: 1});
    this.cutInput.addEventListener('input', () => {
      this.setTurning(false);
      this.cut = Number(this.cutInput.value) / 100;
      this.ask();
    });
    const buttons = element('div', {className: 'buttons'}, look('Along the beam', 'beam'),
        look('From x', 'x'), look('From y', 'y'), look('Oblique', 'oblique'), this.turnButton,
        element('label', {}, 'Cut ', this.cutInput));
    this.legend = element('ul', {className: 'legend'});
    const panel = element('div', {className: 'panel'});
    if (data.colourings.length > 1) {
      this.choice = element('select', {}, ...data.colourings.map((c, i) =>
        element('option', {value: i}, c.name)));
      this.choice.addEventListener('change', () => {
        this.colouring = Number(this.choice.value);
        this.fill();
      });
      panel.append(element('label', {className: 'choice'}, 'Colours ', this.choice));
    } else {
      panel.append(element('p', {className: 'choice'}, data.colourings[0].name));
    }
    panel.append(this.legend);
    const stage = element('div', {className: 'stage'}, this.canvas, this.triad, this.bar);
    this.live = this.figure.querySelector('.model-live');
    this.live.append(element('div', {className: 'view'}, stage, buttons));
    this.live.append(panel);
    if (this.frames.length > 1) this.live.append(this.frameControl());
    this.live.append(this.told);
    this.setTurning(this.turning);
    this.hint();
  }

  frameControl() {
    this.slider = element('input', {type: 'range', min: 0, max: this.frames.length - 1, value: 0,
      step: 1});
    this.slider.setAttribute('aria-label', this.data.frameName);
    this.frameLabel = element('output', {}, this.frames[0].label);
    this.slider.addEventListener('input', () => {
      this.setPlaying(false);
      this.show(Number(this.slider.value));
    });
    this.playButton = this.button('Play', () => this.setPlaying(!this.playing));
    return element('div', {className: 'control'},
        element('label', {}, this.data.frameName), this.playButton, this.slider, this.frameLabel);
  }

  button(text, act) {
    const made = element('button', {type: 'button'}, text);
    made.addEventListener('click', act);
    return made;
  }

  hint() {
    this.told.textContent =
        'Drag to turn, click the picture and scroll to zoom, drag with Shift to move; click a ' +
        'colour to hide its atoms.';
  }

  setTurning(turning) {
    this.turning = turning;
    this.turnButton.textContent = turning ? 'Stop turning' : 'Turn';
    if (turning) this.ask();
  }

  setPlaying(playing) {
    this.playing = playing;
    this.shownAt = 0;
    if (this.playButton) this.playButton.textContent = playing ? 'Pause' : 'Play';
    if (playing) this.ask();
  }

  look(name) {
    this.setTurning(false);
    this.pan = [0, 0];
    this.zoom = 1;
    if (still.matches) this.turn.copy(this.views[name]);
    else this.goal = {from: this.turn.clone(), to: this.views[name], begun: performance.now()};
    this.ask();
  }

  show(frame) {
    this.frame = frame;
    if (this.slider) this.slider.value = frame;
    if (this.frameLabel) this.frameLabel.textContent = this.frames[frame].label;
    this.fill();
  }

  // Hands the atoms of the frame to the graphics card, and tells their colours.
  fill() {
    const frame = this.frames[this.frame];
    const colouring = this.data.colourings[this.colouring];
    const palette = colouring.kinds.map((kind) => rgb(kind[1]));
    const kinds = frame.kinds[this.colouring];
    const hidden = this.hidden[this.colouring];
    const colours = new Uint8Array(3 * frame.n);
    const sizes = new Float32Array(frame.n);
    const counts = new Array(palette.length).fill(0);
    for (let i = 0; i < frame.n; ++i) {
      colours.set(palette[kinds[i]], 3 * i);
      sizes[i] = hidden.has(kinds[i]) ? 0 : frame.radius[i];
      ++counts[kinds[i]];
    }
    this.sizes = sizes;
    const geometry = this.spheres.geometry;
    geometry.dispose();
    geometry.setAttribute('place', new THREE.InstancedBufferAttribute(frame.at, 3));
    geometry.setAttribute('size', new THREE.InstancedBufferAttribute(sizes, 1));
    geometry.setAttribute('colour', new THREE.InstancedBufferAttribute(colours, 3, true));
    geometry.maxInstancedCount = frame.n;
    if (colouring.low === undefined) this.fillLegend(colouring, counts, hidden);
    else this.fillScale(colouring);
    this.ask();
  }

  fillLegend(colouring, counts, hidden) {
    this.legend.replaceChildren(...colouring.kinds.map(([label, colour], k) => {
      const swatch = element('span', {className: 'swatch'});
      swatch.style.background = colour;
      const button = this.button('', () => {
        if (!hidden.delete(k)) hidden.add(k);
        this.fill();
        this.legend.children[k].firstChild.focus();
      });
      button.append(swatch, element('span', {className: 'name'}, label),
          element('span', {className: 'count'}, String(counts[k])));
      button.setAttribute('aria-pressed', String(!hidden.has(k)));
      if (counts[k] === 0) button.disabled = true;
      return element('li', {}, button);
    }));
  }

  fillScale(colouring) {
    const strip = element('div', {className: 'strip'});
    strip.style.background = 'linear-gradient(to right,' +
        colouring.kinds.map((kind) => kind[1]).join(',') + ')';
    const unit = colouring.unit === '' ? '' : ' ' + colouring.unit;
    this.legend.replaceChildren(element('li', {className: 'scale'}, strip,
        element('span', {}, String(colouring.low) + unit),
        element('span', {}, String(colouring.high) + unit)));
  }

  // ---- Turning, moving, zooming ----

  turnBy(angleX, angleY, angleZ) {
    const by = new THREE.Quaternion().setFromEuler(new THREE.Euler(angleX, angleY, angleZ));
    this.turn.premultiply(by).normalize();
    this.goal = null;
    this.ask();
  }

  zoomBy(factor) {
    this.zoom = clamp(this.zoom * factor, 0.5, 20);
    this.ask();
  }

  listen() {
    const canvas = this.canvas;
    canvas.addEventListener('pointerdown', (event) => {
      this.setTurning(false);
      this.goal = null;
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    const gone = (event) => this.pointers.delete(event.pointerId);
    canvas.addEventListener('pointerup', gone);
    canvas.addEventListener('pointercancel', gone);
    canvas.addEventListener('pointermove', (event) => this.moved(event));
    canvas.addEventListener('pointerleave', () => this.hint());
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    canvas.addEventListener('dblclick', () => this.look('oblique'));
    canvas.addEventListener('wheel', (event) => {
      // The page scrolls until the picture has been clicked.
      if (document.activeElement !== canvas) return;
      event.preventDefault();
      this.setTurning(false);
      this.zoomBy(Math.exp(-clamp(event.deltaY, -120, 120) * 0.002));
    }, {passive: false});
    canvas.addEventListener('keydown', (event) => {
      const step = 0.12;
      const keys = {
        ArrowLeft: () => this.turnBy(0, -step, 0),
        ArrowRight: () => this.turnBy(0, step, 0),
        ArrowUp: () => this.turnBy(-step, 0, 0),
        ArrowDown: () => this.turnBy(step, 0, 0),
        '+': () => this.zoomBy(1.15),
        '=': () => this.zoomBy(1.15),
        '-': () => this.zoomBy(1 / 1.15),
        '0': () => this.look('oblique'),
        Home: () => this.look('oblique'),
        ' ': () => this.setTurning(!this.turning),
      };
      if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (event.key !== ' ') this.setTurning(false);
      keys[event.key]();
    });
    canvas.addEventListener('webglcontextlost', () => {
      this.live.hidden = true;
      this.figure.querySelector('.model-still').hidden = false;
    });
    document.addEventListener('visibilitychange', () => this.ask());
  }

  moved(event) {
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === 'mouse') this.tell(event);
      return;
    }
    const now = [event.clientX, event.clientY];
    const by = [now[0] - before[0], now[1] - before[1]];
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]);
      this.zoomBy(apart(now) / Math.max(apart(before), 1));
      this.pan[0] += 0.5 * by[0] * this.pixel;
      this.pan[1] -= 0.5 * by[1] * this.pixel;
    } else if (event.shiftKey || (event.buttons & 2) !== 0) {
      this.pan[0] += by[0] * this.pixel;
      this.pan[1] -= by[1] * this.pixel;
    } else {
      const scale = 3.2 / Math.min(this.canvas.clientWidth, this.canvas.clientHeight);
      this.turnBy(by[1] * scale, by[0] * scale, 0);
    }
    this.pointers.set(event.pointerId, now);
    this.ask();
  }

  // Says which atom the pointer is on.
  tell(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = (event.clientX - box.left - 0.5 * box.width) * this.pixel - this.pan[0];
    const y = -(event.clientY - box.top - 0.5 * box.height) * this.pixel - this.pan[1];
    const frame = this.frames[this.frame];
    const at = new THREE.Vector3();
    let found = -1;
    let nearest = -Infinity;
    for (let i = 0; i < frame.n; ++i) {
      at.fromArray(frame.at, 3 * i).applyQuaternion(this.turn);
      const room = this.sizes[i] ** 2 - (at.x - x) ** 2 - (at.y - y) ** 2;
      if (room <= 0 || at.z > this.cutDepth()) continue;
      const z = at.z + Math.sqrt(room);
      if (z > nearest) {
        nearest = z;
        found = i;
      }
    }
    if (found < 0) {
      this.hint();
      return;
    }
    const number = frame.atom === undefined ? found + 1 : frame.atom[found];
    const place = [0, 1, 2].map((k) => (frame.at[3 * found + k] + this.data.middle[k]).toFixed(2));
    const parts = ['atom ' + number];
    this.data.colourings.forEach((colouring, c) => {
      const kind = frame.kinds[c][found];
      const width = (colouring.high - colouring.low) / colouring.kinds.length;
      parts.push(colouring.name + ': ' + (colouring.low === undefined ? colouring.kinds[kind][0] :
          rounded(colouring.low + (kind + 0.5) * width) + ' ' + colouring.unit).trim());
    });
    parts.push('at ' + place.join(', ') + ' Å');
    this.told.textContent = parts.join(' · ');
  }

  // ---- Drawing ----

  cutDepth() {
    return this.cut > 0 ? this.extent * (1 - 2 * this.cut) : 1e6;
  }

  ask() {
    if (this.asked || this.visible === false) return;
    this.asked = true;
    requestAnimationFrame((time) => {
      this.asked = false;
      this.draw(time);
    });
  }

  advance(time) {
    const passed = clamp(time - (this.last === undefined ? time : this.last), 0, 100) / 1000;
    this.last = time;
    if (this.goal !== null) {
      const share = clamp((performance.now() - this.goal.begun) / 450, 0, 1);
      const eased = share * share * (3 - 2 * share);
      THREE.Quaternion.slerp(this.goal.from, this.goal.to, this.turn, eased);
      if (share >= 1) this.goal = null;
    } else if (this.turning) {
      this.turn.premultiply(new THREE.Quaternion().setFromAxisAngle(
          new THREE.Vector3(0, 1, 0), turnSpeed * passed)).normalize();
    }
    if (this.playing) {
      if (this.shownAt === 0) this.shownAt = time;
      if (time - this.shownAt > (this.frames.length > 20 ? 120 : 700)) {
        this.shownAt = time;
        this.show((this.frame + 1) % this.frames.length);
      }
    }
    const busy = this.goal !== null || this.turning || this.playing;
    if (!busy) this.last = undefined;
    return busy;
  }

  draw(time) {
    const busy = this.advance(time);
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (width > 0 && height > 0) {
      // At least two by two points for a pixel: rims are smooth.
      const ratio = clamp(devicePixelRatio, 2, 3);
      if (this.canvas.width !== Math.floor(width * ratio) ||
          this.canvas.height !== Math.floor(height * ratio)) {
        this.renderer.setPixelRatio(ratio);
        this.renderer.setSize(width, height, false);
      }
      const half = 1.06 * this.extent / this.zoom;
      this.pixel = 2 * half / Math.min(width, height);
      Object.assign(this.camera, {
        left: -0.5 * width * this.pixel - this.pan[0],
        right: 0.5 * width * this.pixel - this.pan[0],
        top: 0.5 * height * this.pixel - this.pan[1],
        bottom: -0.5 * height * this.pixel - this.pan[1],
        near: 0,
        far: 4 * this.extent,
      });
      this.camera.position.z = 2 * this.extent;
      this.camera.updateProjectionMatrix();
      this.spheres.quaternion.copy(this.turn);
      const uniforms = this.spheres.material.uniforms;
      uniforms.pixel.value = this.pixel;
      uniforms.cutDepth.value = this.cutDepth() - 2 * this.extent;
      uniforms.nearest.value = Math.min(this.extent, this.cutDepth()) - 2.15 * this.extent;
      uniforms.span.value = 1.3 * this.extent;
      this.renderer.render(this.scene, this.camera);
      this.drawTriad();
      this.drawBar();
    }
    if (busy && !document.hidden) this.ask();
  }

  drawTriad() {
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]].forEach((axis, k) => {
      const at = new THREE.Vector3(...axis).applyQuaternion(this.turn);
      const {line, label} = this.axes[k];
      line.setAttribute('x2', (20 * at.x).toFixed(1));
      line.setAttribute('y2', (-20 * at.y).toFixed(1));
      // The name of an axis that points at the eye stands beside its end.
      const flat = Math.hypot(at.x, at.y) < 0.25;
      label.setAttribute('x', (flat ? -5 : 27 * at.x).toFixed(1));
      label.setAttribute('y', (flat ? -5 : -27 * at.y + 3.5).toFixed(1));
      label.setAttribute('text-anchor',
          flat || at.x < -0.4 ? 'end' : at.x > 0.4 ? 'start' : 'middle');
    });
  }

  drawBar() {
    const room = 0.22 * this.canvas.clientWidth * this.pixel;  // angstrom
    const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    const length = steps.filter((step) => step <= room).pop() || 1;
    this.bar.style.width = (length / this.pixel).toFixed(1) + 'px';
    this.bar.textContent = length < 10 ? length + ' Å' : length / 10 + ' nm';
  }
}

const start = (figure) => {
  try {
    new Viewer(figure);
  } catch (problem) {
    // No WebGL: the still picture stays.
    console.warn(problem);
    figure.querySelector('.model-live').replaceChildren();
  }
};
const coming = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    coming.unobserve(entry.target);
    start(entry.target);
  }
}, {rootMargin: '400px'});
for (const figure of document.querySelectorAll('figure.model')) {
  if (figure.getBoundingClientRect().top < innerHeight) start(figure); else coming.observe(figure);
}
})();
