import { type Metric, type OpenMetricsContentType, Registry } from "prom-client";
import { Counter } from "./counter.ts";
import type { Described, Family, Sample } from "./family.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import type { Labels, LoadedNames } from "./series.ts";

/** Metrics as a scraper reads them. */
export interface Rendered {
  readonly text: string;
  readonly contentType: string;
}

/** Makes metrics, and tells them in the formats of Prometheus and OpenMetrics; only the latter has exemplars. */
export class Exposition {
  readonly #plain = new Registry();
  readonly #openMetrics = new Registry<OpenMetricsContentType>();
  readonly #families: Family[] = [];

  constructor() {
    this.#openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  }

  counter<Names extends Labels>(described: Described<Names>): Counter<Names> {
    return this.#add(new Counter(described));
  }

  gauge<Names extends Labels>(described: Described<Names>): Gauge<Names> {
    return this.#add(new Gauge(described));
  }

  histogram<Names extends Labels>(described: Described<Names>, buckets: readonly number[]): Histogram<Names> {
    return this.#add(new Histogram({ ...described, buckets }));
  }

  /** Shows a metric that is shared with other engines of the process. */
  share(family: Family): void {
    this.#add(family);
  }

  /** Shows a metric that prom-client keeps. */
  show(metric: Metric): void {
    const { name, help, type } = metric as unknown as Pick<Family, "name" | "help" | "type">;
    this.#register({ name, help, type }, async () => (await metric.get()).values as Sample[]);
  }

  /** Drops the series of names that the documents no longer have. */
  retain(loaded: LoadedNames): void {
    for (const family of this.#families) family.retain(loaded);
  }

  /** @param accept the header of a scraper: OpenMetrics if it asks for it. */
  async render(accept = ""): Promise<Rendered> {
    const registry = wantsOpenMetrics(accept) ? this.#openMetrics : this.#plain;
    return { text: await registry.metrics(), contentType: registry.contentType };
  }

  #add<Kind extends Family>(family: Kind): Kind {
    this.#families.push(family);
    this.#register(family, async () => family.samples());
    return family;
  }

  /** A view for each registry: to tell OpenMetrics prom-client renames counters, for good and for all formats. */
  #register({ name, help, type }: Pick<Family, "name" | "help" | "type">, samples: () => Promise<Sample[]>): void {
    const view = (shown: string) => {
      const get = async () => ({ name: shown, help, type, values: await samples() });
      return { name: shown, help, type, get } as unknown as Metric;
    };
    this.#plain.registerMetric(view(name));
    this.#openMetrics.registerMetric(view(type === "counter" ? name.replace(/_total$/, "") : name));
  }
}

/** Whether an `Accept` header prefers OpenMetrics to the plain format, as a Prometheus that stores exemplars does. */
function wantsOpenMetrics(accept: string): boolean {
  const weight = (type: string) => {
    const range = accept.split(",").find((each) => each.trim().toLowerCase().startsWith(type));
    if (range === undefined) return 0;
    return Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1);
  };
  const openMetrics = weight("application/openmetrics-text");
  return openMetrics > 0 && openMetrics >= weight("text/plain");
}
