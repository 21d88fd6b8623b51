/** Made of the OpenAPI document by `npm run api:types`; not to be edited. */
export interface paths {
  "/v1": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** lists the routes */
    get: operations["listRoutes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists your batches, the newest first
     * @description Needs a key with the scope `read`.
     */
    get: operations["listBatches"];
    put?: never;
    /**
     * submits a batch; dry_run=true only estimates it
     * @description Needs a key with the scope `submit`.
     */
    post: operations["submitBatch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/uploads": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * gives a URL to which a file is sent: up to 50,000 items as JSON Lines, or audio to continue
     * @description Needs a key with the scope `submit`.
     */
    post: operations["createUpload"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows a batch; with wait=25 and If-None-Match, waits until it has changed
     * @description Needs a key with the scope `read`.
     */
    get: operations["getBatch"];
    put?: never;
    post?: never;
    /**
     * deletes a batch that has ended, with its clips
     * @description Needs a key with the scope `submit`.
     */
    delete: operations["deleteBatch"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/budget": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * changes what a batch may cost
     * @description Needs a key with the scope `submit`.
     */
    post: operations["setBatchBudget"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * cancels the unfinished items of a batch
     * @description Needs a key with the scope `submit`.
     */
    post: operations["cancelBatch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * makes a new batch of the items that did not succeed, with the same prompts, seeds and parameters
     * @description Needs a key with the scope `submit`.
     */
    post: operations["retryBatch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/items": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists its items and their state
     * @description Needs a key with the scope `read`.
     */
    get: operations["listItems"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/states": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows the state of every item, a letter each
     * @description Needs a key with the scope `read`.
     */
    get: operations["getStates"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/results": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists its results as JSON lines or CSV; the header Link has the next page
     * @description Needs a key with the scope `read`.
     */
    get: operations["listResults"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/batches/{id}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists what happened to a batch and its items, oldest first
     * @description Needs a key with the scope `read`.
     */
    get: operations["listEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/estimates": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * estimates what a batch would cost and how long it would take, of its items or of their totals
     * @description Needs a key with the scope `submit`.
     */
    post: operations["estimateBatch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/items/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows an item and its result
     * @description Needs a key with the scope `read`.
     */
    get: operations["getItem"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/items/{id}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * cancels an item: a queued one at once, a running one at its next step
     * @description Needs a key with the scope `submit`.
     */
    post: operations["cancelItem"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/items/{id}/audio": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * redirects to the clip; redirect=false gives its address as JSON
     * @description Needs a key with the scope `read`.
     */
    get: operations["getAudio"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists the models
     * @description Needs a key with the scope `read`.
     */
    get: operations["listModels"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/usage": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows what was spent, by day, model and batch
     * @description Needs a key with the scope `read`.
     */
    get: operations["getUsage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/capacity": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows the machines, the queues and what holds launches
     * @description Needs a key with the scope `read`.
     */
    get: operations["getCapacity"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/decisions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists what the launcher decided, and why
     * @description Needs a key with the scope `read`.
     */
    get: operations["listDecisions"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stage": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows what your key may do, and the limits and budgets of the stage
     * @description Needs a key with the scope `read`.
     */
    get: operations["getStage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/prices": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows the spot price by zone, and its changes of the last hours
     * @description Needs a key with the scope `read`.
     */
    get: operations["getPrices"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/launch": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * looks for work now; dry_run=true only plans
     * @description Needs a key with the scope `operate`.
     */
    post: operations["launch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stop": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows the last stop and its proof
     * @description Needs a key with the scope `operate`.
     */
    get: operations["getStop"];
    put?: never;
    /**
     * stops everything
     * @description Needs a key with the scope `operate`.
     */
    post: operations["stop"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/start": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * starts the service again after a stop
     * @description Needs a key with the scope `operate`.
     */
    post: operations["start"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists the API keys, never the keys themselves
     * @description Needs a key with the scope `operate`.
     */
    get: operations["listKeys"];
    put?: never;
    /**
     * makes an API key; no later answer shows it again
     * @description Needs a key with the scope `operate`.
     */
    post: operations["createKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * revokes an API key; it stops working within 30 s
     * @description Needs a key with the scope `operate`.
     */
    delete: operations["revokeKey"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists who did what to the stage, the newest first
     * @description Needs a key with the scope `operate`.
     */
    get: operations["listAudit"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists your webhook endpoints
     * @description Needs a key with the scope `read`.
     */
    get: operations["listWebhooks"];
    put?: never;
    /**
     * makes a webhook endpoint; this answer alone shows its secret
     * @description Needs a key with the scope `submit`.
     */
    post: operations["createWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * shows a webhook endpoint
     * @description Needs a key with the scope `read`.
     */
    get: operations["getWebhook"];
    put?: never;
    post?: never;
    /**
     * deletes a webhook endpoint; what was still to be sent to it is dropped
     * @description Needs a key with the scope `submit`.
     */
    delete: operations["deleteWebhook"];
    options?: never;
    head?: never;
    /**
     * changes a webhook endpoint, disables it or enables it again
     * @description Needs a key with the scope `submit`.
     */
    patch: operations["changeWebhook"];
    trace?: never;
  };
  "/v1/webhooks/{id}/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * sends a test event to a webhook endpoint
     * @description Needs a key with the scope `submit`.
     */
    post: operations["testWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/rotate": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * makes a new secret, which this answer alone shows; the old one signs too for a day
     * @description Needs a key with the scope `submit`.
     */
    post: operations["rotateWebhookSecret"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * lists the attempts to deliver events of the last 30 days, the newest first
     * @description Needs a key with the scope `read`.
     */
    get: operations["listDeliveries"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/redeliver": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * sends the event of an earlier attempt again
     * @description Needs a key with the scope `submit`.
     */
    post: operations["redeliver"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** says that the API is up */
    get: operations["checkHealth"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/openapi.json": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** describes the API as OpenAPI 3.1 */
    get: operations["getOpenApi"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/docs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** describes the API for people */
    get: operations["getDocs"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface webhooks {
  "batch.ended": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sent to the endpoints that subscribe to `batch.ended`, signed as Standard Webhooks 1.0 says. */
    post: operations["onBatchEnded"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "item.succeeded": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sent to the endpoints that subscribe to `item.succeeded`, signed as Standard Webhooks 1.0 says. */
    post: operations["onItemSucceeded"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "item.failed": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sent to the endpoints that subscribe to `item.failed`, signed as Standard Webhooks 1.0 says. */
    post: operations["onItemFailed"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "fleet.stopped": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sent to the endpoints that subscribe to `fleet.stopped`, signed as Standard Webhooks 1.0 says. */
    post: operations["onFleetStopped"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "budget.reached": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sent to the endpoints that subscribe to `budget.reached`, signed as Standard Webhooks 1.0 says. */
    post: operations["onBudgetReached"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    AudioLink: {
      /** Format: uri */
      url: string;
      /** Format: date-time */
      expires_at: string;
      file_name: string;
    };
    AuditRecord: {
      /** @constant */
      v: 1;
      id: string;
      /** Format: date-time */
      at: string;
      /** @enum {string} */
      action:
        | "launch"
        | "stop"
        | "start"
        | "batch.cancel"
        | "batch.delete"
        | "batch.retry"
        | "batch.budget"
        | "item.cancel"
        | "key.create"
        | "key.revoke"
        | "webhook.create"
        | "webhook.change"
        | "webhook.delete"
        | "webhook.rotate";
      by:
        | {
            /** @constant */
            kind: "key";
            key_id: string | null;
            owner: string;
          }
        | {
            /** @constant */
            kind: "aws_credentials";
            arn: string | null;
          };
      request_id: string | null;
      subject: string | null;
      /** @enum {string} */
      outcome: "done" | "refused" | "failed";
      code: string | null;
      details: {
        [key: string]: string | number | string[];
      };
    };
    Batch: {
      id: string;
      name: string | null;
      retry_of: string | null;
      /** @enum {string} */
      status: "validating" | "queued" | "running" | "stopped" | "canceling" | "ended";
      outcome: ("succeeded" | "partial" | "failed" | "canceled" | "expired" | "stopped" | "invalid") | null;
      model: string;
      /** @enum {string} */
      speed: "fast" | "standard" | "economy";
      /** @enum {string} */
      priority: "low" | "normal" | "high";
      counts: {
        total: number;
        queued: number;
        running: number;
        succeeded: number;
        failed: number;
        canceled: number;
        expired: number;
      };
      input_errors: {
        count: number;
        first: {
          line: number;
          pointer: string;
          detail: string;
        }[];
      } | null;
      progress: number;
      audio_seconds: {
        total: number;
        succeeded: number;
      };
      waiting_reason: {
        /** @enum {string} */
        reason:
          | "work"
          | "no_work"
          | "covered"
          | "booting"
          | "max_instances"
          | "max_vcpus"
          | "type"
          | "price"
          | "no_price"
          | "cooling"
          | "budget_day"
          | "budget_month"
          | "budget_batch"
          | "quota"
          | "breaker"
          | "latch"
          | "few_messages"
          | "no_messages"
          | "waiting_for_deadline"
          | "rescue";
        detail: string;
        /** Format: date-time */
        at: string;
      } | null;
      interruptions: number;
      instances: number;
      cost: {
        estimate: components["schemas"]["Estimate"] | null;
        max_usd: string | null;
        accrued_usd: string;
        final: boolean;
        notes: string[];
        instance_seconds: number;
        billed_seconds: number;
        on_demand_usd: string;
        saved_usd: string;
        receipt: components["schemas"]["Receipt"] | null;
      };
      /** Format: date-time */
      submitted_at: string;
      /** Format: date-time */
      deadline_at: string;
      expires_at: string | null;
      started_at: string | null;
      ended_at: string | null;
      webhook: {
        id: string;
        events: ("batch.ended" | "item.succeeded" | "item.failed" | "budget.reached")[];
      } | null;
      metadata: {
        [key: string]: string;
      };
      retain_days: number | null;
      delete_at: string | null;
    };
    BatchCheck: {
      model: string;
      speed: string;
      items: number;
      audio_seconds: number;
      estimate: components["schemas"]["Estimate"];
    };
    BatchRequest: {
      /** @description What you call the batch */
      name?: string;
      /** @description A model of GET /v1/models; the stage's first when it is absent */
      model?: string;
      /** @description The parameters of items that do not state their own */
      defaults?: {
        /** @description How long the clip is; 10 when it is absent. A model may make shorter ones only */
        duration_seconds?: number;
        /** @description How far the model strays from what is likeliest; 1 when it is absent */
        temperature?: number;
        /** @description Of how many of the likeliest codes each is drawn; 0: of all. 250 when it is absent */
        top_k?: number;
        /** @description Of the likeliest codes that have this much probability together each is drawn; 0, as when it is absent: no such limit */
        top_p?: number;
        /** @description How closely the clip follows its prompt; 3 when it is absent */
        guidance_scale?: number;
        /** @description Of a clip over 30 s: how many seconds each later window makes. The rest of a window is what came before. 18 when it is absent */
        extend_stride?: number;
        /** @description The form of the file */
        output?: {
          /**
           * @description The file's format; wav when it is absent
           * @enum {string}
           */
          format?: "wav" | "flac" | "mp3" | "ogg";
          /**
           * @description To what the level is brought: −14 LUFS, a peak of −1 dB, or nothing; loudness when it is absent
           * @enum {string}
           */
          normalize?: "loudness" | "peak" | "none";
          /** @description How long the clip takes to fall silent at its end; at most its length. 0: the last 20 ms do, unless normalize is none */
          fade_out_seconds?: number;
          /** @description Of a clip that continues something, only the new part; all of it when it is absent */
          only_new?: boolean;
        };
      };
      /** @description One for each prompt */
      items: components["schemas"]["ItemRequest"][];
      /**
       * @description How soon you want it; the stage says how soon that is, and which it takes when it is absent
       * @enum {string}
       */
      speed?: "fast" | "standard" | "economy";
      /**
       * @description Which of the waiting work comes first; normal when it is absent
       * @enum {string}
       */
      priority?: "low" | "normal" | "high";
      /** @description Whether an item gets a clip that you have already, made of the same prompt, seed, parameters and model. Absent: the items whose seed is given. True: clips with a drawn seed are kept for reuse too. False: none */
      reuse?: boolean;
      /** @description Items that have not begun so long after the submit expire; never when it is absent */
      expires_in_seconds?: number;
      /**
       * @description Before the batch has cost this, what has begun is finished, no machine is launched for it, and the rest waits. Only the stage's budgets limit it when it is absent
       * @example 1.50
       */
      max_cost_usd?: string;
      /** @description Told of this batch's events. Your endpoint at its URL signs them; without one, one is made */
      webhook?: {
        /**
         * Format: uri
         * @description Where the batch's events are sent
         * @example https://example.com/hooks
         */
        url: string;
        /** @description Which of its events */
        events: ("batch.ended" | "item.succeeded" | "item.failed" | "budget.reached")[];
      };
      /** @description Your own words, by name, shown with the batch */
      metadata?: {
        [key: string]: string;
      };
      /** @description The batch's clips and records are deleted so long after its end; never when it is absent */
      retain_days?: number;
    };
    Capacity: {
      at: string | null;
      closed: boolean;
      instances: {
        [key: string]: number;
      };
      workers: {
        instance_id: string;
        zone: string;
        model: string;
        state: string;
        reason: string | null;
        items_running: number;
        slots: number;
        boot: {
          kernel_seconds: number | null;
          agent_seconds: number | null;
          first_heartbeat_seconds: number | null;
          imports_seconds: number | null;
          weights_seconds: number | null;
          self_test_seconds: number | null;
        } | null;
        /** Format: date-time */
        heartbeat_at: string;
        told_seconds_ago: number;
      }[];
      other_workers: number;
      queues: {
        model: string;
        fast: {
          waiting: number;
          in_flight: number;
        };
        standard: {
          waiting: number;
          in_flight: number;
        };
        bulk: {
          waiting: number;
          in_flight: number;
        };
      }[];
      zones: {
        instance_type: string;
        zone: string;
        price_usd_per_hour: string | null;
        max_usd_per_hour: string | null;
        cooling: {
          /** Format: date-time */
          until: string;
          reason: string;
          code: string;
        } | null;
      }[];
      quotas: {
        /** @enum {string} */
        market: "spot" | "on_demand";
        /** Format: date-time */
        until: string;
        detail: string;
      }[];
      breaker: {
        /** Format: date-time */
        until: string;
        reason: string;
        detail: string;
      } | null;
      failed_starts: {
        model: string;
        /** Format: date-time */
        until: string;
        detail: string;
        instance_id: string;
        console_tail: string | null;
      }[];
      decisions: {
        model: string;
        /** @default null */
        instance_type: string | null;
        open_items: number;
        open_audio_seconds: number;
        work_seconds: number;
        audio_seconds_per_second: number;
        boot_seconds: number;
        have: number;
        want: number;
        launch: number;
        launched: number;
        reasons: {
          /** @enum {string} */
          reason:
            | "work"
            | "no_work"
            | "covered"
            | "booting"
            | "max_instances"
            | "max_vcpus"
            | "type"
            | "price"
            | "no_price"
            | "cooling"
            | "budget_day"
            | "budget_month"
            | "budget_batch"
            | "quota"
            | "breaker"
            | "latch"
            | "few_messages"
            | "no_messages"
            | "waiting_for_deadline"
            | "rescue";
          detail: string;
        }[];
      }[];
    };
    Decision: {
      /** @constant */
      v: 1;
      /** Format: date-time */
      at: string;
      models: {
        model: string;
        /** @default null */
        instance_type: string | null;
        open_items: number;
        open_audio_seconds: number;
        work_seconds: number;
        audio_seconds_per_second: number;
        boot_seconds: number;
        have: number;
        want: number;
        launch: number;
        launched: number;
        reasons: {
          /** @enum {string} */
          reason:
            | "work"
            | "no_work"
            | "covered"
            | "booting"
            | "max_instances"
            | "max_vcpus"
            | "type"
            | "price"
            | "no_price"
            | "cooling"
            | "budget_day"
            | "budget_month"
            | "budget_batch"
            | "quota"
            | "breaker"
            | "latch"
            | "few_messages"
            | "no_messages"
            | "waiting_for_deadline"
            | "rescue";
          detail: string;
        }[];
      }[];
      /** @default [] */
      launches: {
        model: string;
        /** @enum {string} */
        market: "spot" | "on_demand";
        asked: number;
        /** @enum {string} */
        answer: "answered" | "refused" | "open" | "latched";
        instances: {
          instance_id: string;
          /** @default null */
          instance_type: string | null;
          zone: string;
          price_usd_per_hour: number;
        }[];
        errors: {
          code: string;
          message: string;
          zone: string | null;
          /** @default null */
          instance_type: string | null;
        }[];
      }[];
      drained: {
        instance_id: string;
        zone: string;
        /** @enum {string} */
        reason: "price" | "budget_day" | "budget_month";
        detail: string;
      }[];
      prices: {
        /** @default null */
        instance_type: string | null;
        zone: string;
        price_usd_per_hour: string;
        /** Format: date-time */
        since: string;
      }[];
      instances: {
        [key: string]: number;
      };
      spent_usd: {
        day: number;
        month: number;
      };
    };
    Delivery: {
      id: string;
      event_id: string;
      event_type: string;
      attempt: number;
      /** Format: date-time */
      at: string;
      /** @enum {string} */
      outcome: "delivered" | "retried" | "given_up" | "disabled";
      status: number | null;
      detail: string;
      milliseconds: number;
      next_attempt_at: string | null;
    };
    Estimate: {
      usd: {
        low: string;
        high: string;
      };
      seconds: {
        low: number;
        high: number;
      };
      on_demand_usd: string;
      basis: {
        /** @default null */
        instance_type: string | null;
        machines: number;
        usd_per_hour: {
          low: string;
          high: string;
        };
        on_demand_usd_per_hour: string;
        volume_usd_per_hour: string;
        address_usd_per_hour: string;
        least_seconds: number;
        boot_seconds: number;
        audio_seconds_per_second: number;
        measured: boolean;
      };
    };
    Event: {
      id: string;
      /** @enum {string} */
      type:
        | "batch.submitted"
        | "batch.started"
        | "batch.canceling"
        | "item.succeeded"
        | "item.failed"
        | "item.canceled"
        | "item.expired"
        | "batch.ended";
      /** Format: date-time */
      at: string;
      item_id: string | null;
      index: number | null;
      custom_id: string | null;
      detail: string | null;
    };
    Item: {
      id: string;
      index: number;
      custom_id: string | null;
      /** @enum {string} */
      status: "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";
      step: number | null;
      steps: number | null;
      batch_id: string;
      prompt: string;
      seed: number;
      parameters: components["schemas"]["Parameters"];
      continue_from?: {
        /** @description An item of yours whose clip is continued */
        item_id?: string;
        /** @description Or an audio file that you have uploaded */
        upload_id?: string;
        /** @description Where the part of the file begins, in seconds; at its beginning when it is absent */
        start?: number;
        /** @description Where it ends, in seconds; at the end of the file when it is absent */
        end?: number;
      };
      attempts: {
        failures: {
          /** Format: date-time */
          at: string;
          code: string;
          detail: string;
        }[];
        interruptions: number;
        interrupted_steps: number;
      };
      result: components["schemas"]["Result"] | null;
    };
    ItemRequest: {
      /** @description Your own id of the item, once in a batch; results and file names have it */
      custom_id?: string;
      /** @description What the clip is to sound like */
      prompt: string;
      /** @description The same seed, prompt and parameters make the same clip; drawn and told when it is absent */
      seed?: number;
      /** @description How many clips are made of the item, each with a seed of its own; 1 when it is absent */
      variations?: number;
      /** @description How long the clip is; 10 when it is absent. A model may make shorter ones only */
      duration_seconds?: number;
      /** @description How far the model strays from what is likeliest; 1 when it is absent */
      temperature?: number;
      /** @description Of how many of the likeliest codes each is drawn; 0: of all. 250 when it is absent */
      top_k?: number;
      /** @description Of the likeliest codes that have this much probability together each is drawn; 0, as when it is absent: no such limit */
      top_p?: number;
      /** @description How closely the clip follows its prompt; 3 when it is absent */
      guidance_scale?: number;
      /** @description Of a clip over 30 s: how many seconds each later window makes. The rest of a window is what came before. 18 when it is absent */
      extend_stride?: number;
      /** @description The form of the file */
      output?: {
        /**
         * @description The file's format; wav when it is absent
         * @enum {string}
         */
        format?: "wav" | "flac" | "mp3" | "ogg";
        /**
         * @description To what the level is brought: −14 LUFS, a peak of −1 dB, or nothing; loudness when it is absent
         * @enum {string}
         */
        normalize?: "loudness" | "peak" | "none";
        /** @description How long the clip takes to fall silent at its end; at most its length. 0: the last 20 ms do, unless normalize is none */
        fade_out_seconds?: number;
        /** @description Of a clip that continues something, only the new part; all of it when it is absent */
        only_new?: boolean;
      };
      /** @description The clip begins with this and goes on from it */
      continue_from?: {
        /** @description An item of yours whose clip is continued */
        item_id?: string;
        /** @description Or an audio file that you have uploaded */
        upload_id?: string;
        /** @description Where the part of the file begins, in seconds; at its beginning when it is absent */
        start?: number;
        /** @description Where it ends, in seconds; at the end of the file when it is absent */
        end?: number;
      };
    };
    ItemStates: {
      states: string;
    };
    ItemSummary: {
      id: string;
      index: number;
      custom_id: string | null;
      /** @enum {string} */
      status: "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";
      step: number | null;
      steps: number | null;
    };
    Key: {
      id: string;
      owner: string;
      scopes: ("read" | "submit" | "operate")[];
      name: string | null;
      /** @enum {string} */
      status: "active" | "expired" | "revoked";
      /** Format: date-time */
      created_at: string;
      expires_at: string | null;
      revoked_at: string | null;
    };
    CreatedKey: {
      id: string;
      owner: string;
      scopes: ("read" | "submit" | "operate")[];
      name: string | null;
      /** @enum {string} */
      status: "active" | "expired" | "revoked";
      /** Format: date-time */
      created_at: string;
      expires_at: string | null;
      revoked_at: string | null;
      key: string | null;
    };
    KeyRequest: {
      /** @description Whose batches it sees; your own when it is absent */
      owner?: string;
      /** @description What it may do; operate sees the batches of all owners */
      scopes: ("read" | "submit" | "operate")[];
      /** @description What it is for, as the list of keys shows it */
      name?: string;
      /** @description How long it works; until it is revoked when it is absent */
      expires_in_seconds?: number;
    };
    Model: {
      id: string;
      display_name: string;
      licence: string;
      audio_seconds_per_gpu_second: number;
      max_duration_seconds: number;
      continues: {
        items: boolean;
        files: boolean;
      };
      differences: string[];
      limits: {
        prompt_characters: number;
        variations: number;
        metadata_entries: number;
        items: number;
        body_bytes: number;
        upload_items: number;
        upload_bytes: number;
        upload_line_bytes: number;
        continued_seconds: number;
        continued_bytes: number;
        queued_items: number;
        active_batches: number;
      };
    };
    Parameters: {
      /** @description How long the clip is; 10 when it is absent. A model may make shorter ones only */
      duration_seconds: number;
      /** @description How far the model strays from what is likeliest; 1 when it is absent */
      temperature: number;
      /** @description Of how many of the likeliest codes each is drawn; 0: of all. 250 when it is absent */
      top_k: number;
      /** @description Of the likeliest codes that have this much probability together each is drawn; 0, as when it is absent: no such limit */
      top_p: number;
      /** @description How closely the clip follows its prompt; 3 when it is absent */
      guidance_scale: number;
      /** @description Of a clip over 30 s: how many seconds each later window makes. The rest of a window is what came before. 18 when it is absent */
      extend_stride?: number;
      output: {
        /**
         * @description The file's format; wav when it is absent
         * @enum {string}
         */
        format: "wav" | "flac" | "mp3" | "ogg";
        /**
         * @description To what the level is brought: −14 LUFS, a peak of −1 dB, or nothing; loudness when it is absent
         * @enum {string}
         */
        normalize: "loudness" | "peak" | "none";
        /** @description How long the clip takes to fall silent at its end; at most its length. 0: the last 20 ms do, unless normalize is none */
        fade_out_seconds: number;
        /** @description Of a clip that continues something, only the new part; all of it when it is absent */
        only_new?: boolean;
      };
    };
    Prices: {
      instance_type: string;
      max_usd_per_hour: string;
      on_demand_usd_per_hour: string;
      zones: {
        zone: string;
        usd_per_hour: string | null;
        changes: {
          /** Format: date-time */
          at: string;
          usd_per_hour: string;
        }[];
      }[];
      /** Format: date-time */
      from: string;
      /** Format: date-time */
      to: string;
      extras_usd_per_hour: string;
      other_types: {
        instance_type: string;
        max_usd_per_hour: string;
        on_demand_usd_per_hour: string;
        zones: {
          zone: string;
          usd_per_hour: string | null;
          changes: {
            /** Format: date-time */
            at: string;
            usd_per_hour: string;
          }[];
        }[];
      }[];
    };
    Problem: {
      /** @constant */
      type: "about:blank";
      title: string;
      status: number;
      code: string;
      detail: string;
      request_id: string;
      retryable: boolean;
      errors?: {
        pointer: string;
        detail: string;
      }[];
    };
    Receipt: {
      /** Format: date-time */
      at: string;
      instance_seconds: number;
      billed_seconds: number;
      usd: string;
      work_usd: string;
      boot_usd: string;
      load_usd: string;
      idle_usd: string;
      interrupted_usd: string;
      volume_usd: string;
      address_usd: string;
      instances: {
        instance_id: string;
        /** @default null */
        instance_type: string | null;
        instance_seconds: number;
        billed_seconds: number;
        usd: string;
        work_usd: string;
        boot_usd: string;
        load_usd: string;
        idle_usd: string;
        interrupted_usd: string;
        volume_usd: string;
        address_usd: string;
      }[];
      other_instances: {
        count: number;
        usd: string;
      } | null;
    };
    Result: {
      item_id: string;
      index: number;
      custom_id: string | null;
      /** @enum {string} */
      outcome: "succeeded" | "failed" | "canceled" | "expired";
      /** Format: date-time */
      finished_at: string;
      audio: {
        /** @enum {string} */
        format: "wav" | "flac" | "mp3" | "ogg";
        bytes: number;
        sha256: string;
        duration_seconds: number;
        sample_rate: number;
        checks: {
          lufs: number | null;
          true_peak_dbtp: number | null;
          silence_ratio: number;
          clipped_samples: number;
        };
        url: string;
      } | null;
      error: {
        /** @enum {string} */
        code:
          | "bad_request"
          | "numeric"
          | "engine_error"
          | "too_many_failures"
          | "interruption_limit"
          | "malformed_message"
          | "undeliverable";
        detail: string;
      } | null;
      provenance: {
        model: string;
        revision: string;
        engine_version: string;
        dtype: string;
        device: string;
        seed: number;
        parameters: components["schemas"]["Parameters"];
        continue_from?: {
          /** @description An item of yours whose clip is continued */
          item_id?: string;
          /** @description Or an audio file that you have uploaded */
          upload_id?: string;
          /** @description Where the part of the file begins, in seconds; at its beginning when it is absent */
          start?: number;
          /** @description Where it ends, in seconds; at the end of the file when it is absent */
          end?: number;
        };
      } | null;
      reused: boolean;
      reused_from: string | null;
      licence: string | null;
      gpu_seconds: number;
      steps: number;
      interruptions: number;
      receipt: {
        usd: string;
        work_usd: string;
        boot_usd: string;
        load_usd: string;
        idle_usd: string;
        interrupted_usd: string;
        volume_usd: string;
        address_usd: string;
      } | null;
    };
    Route: {
      /** @enum {string} */
      method: "GET" | "POST" | "PATCH" | "DELETE";
      path: string;
      scope: ("read" | "submit" | "operate") | null;
      does: string;
    };
    Stage: {
      key: {
        owner: string;
        scopes: ("read" | "submit" | "operate")[];
      };
      region: string;
      zones: string[];
      instance_type: string;
      max_spot_usd_per_hour: string;
      other_types: {
        instance_type: string;
        max_spot_usd_per_hour: string;
      }[];
      budgets: {
        day_usd: string;
        month_usd: string;
      };
      limits: {
        max_instances: number;
        queued_items: number;
        active_batches: number;
        active_batches_per_owner: number;
      };
      target_seconds: {
        [key: string]: number;
      };
      /** @enum {string} */
      default_speed: "fast" | "standard" | "economy";
    };
    Start: {
      /** @constant */
      state: "open";
      opened_at: string | null;
    };
    Stop: {
      id: string | null;
      /** @enum {string} */
      state: "open" | "stopping" | "stopped";
      requested_at: string | null;
      verified_at: string | null;
      reopened_at: string | null;
      instances_terminated: number;
      instances_left: number | null;
      messages_left: number | null;
      cost_per_hour_usd: string | null;
      steps: {
        /** Format: date-time */
        at: string;
        step: string;
        ok: boolean;
        detail: string;
      }[];
    };
    Upload: {
      id: string;
      bytes: number;
      /** @constant */
      method: "PUT";
      /** Format: uri */
      url: string;
      headers: {
        [key: string]: string;
      };
      /** Format: date-time */
      url_expires_at: string;
      /** Format: date-time */
      expires_at: string;
    };
    UploadedBatchRequest: {
      /** @description What you call the batch */
      name?: string;
      /** @description A model of GET /v1/models; the stage's first when it is absent */
      model?: string;
      /** @description The parameters of items that do not state their own */
      defaults?: {
        /** @description How long the clip is; 10 when it is absent. A model may make shorter ones only */
        duration_seconds?: number;
        /** @description How far the model strays from what is likeliest; 1 when it is absent */
        temperature?: number;
        /** @description Of how many of the likeliest codes each is drawn; 0: of all. 250 when it is absent */
        top_k?: number;
        /** @description Of the likeliest codes that have this much probability together each is drawn; 0, as when it is absent: no such limit */
        top_p?: number;
        /** @description How closely the clip follows its prompt; 3 when it is absent */
        guidance_scale?: number;
        /** @description Of a clip over 30 s: how many seconds each later window makes. The rest of a window is what came before. 18 when it is absent */
        extend_stride?: number;
        /** @description The form of the file */
        output?: {
          /**
           * @description The file's format; wav when it is absent
           * @enum {string}
           */
          format?: "wav" | "flac" | "mp3" | "ogg";
          /**
           * @description To what the level is brought: −14 LUFS, a peak of −1 dB, or nothing; loudness when it is absent
           * @enum {string}
           */
          normalize?: "loudness" | "peak" | "none";
          /** @description How long the clip takes to fall silent at its end; at most its length. 0: the last 20 ms do, unless normalize is none */
          fade_out_seconds?: number;
          /** @description Of a clip that continues something, only the new part; all of it when it is absent */
          only_new?: boolean;
        };
      };
      /** @description Of POST /v1/uploads: the file that holds the items, one a line */
      upload_id: string;
      /**
       * @description How soon you want it; the stage says how soon that is, and which it takes when it is absent
       * @enum {string}
       */
      speed?: "fast" | "standard" | "economy";
      /**
       * @description Which of the waiting work comes first; normal when it is absent
       * @enum {string}
       */
      priority?: "low" | "normal" | "high";
      /** @description Whether an item gets a clip that you have already, made of the same prompt, seed, parameters and model. Absent: the items whose seed is given. True: clips with a drawn seed are kept for reuse too. False: none */
      reuse?: boolean;
      /** @description Items that have not begun so long after the submit expire; never when it is absent */
      expires_in_seconds?: number;
      /**
       * @description Before the batch has cost this, what has begun is finished, no machine is launched for it, and the rest waits. Only the stage's budgets limit it when it is absent
       * @example 1.50
       */
      max_cost_usd?: string;
      /** @description Told of this batch's events. Your endpoint at its URL signs them; without one, one is made */
      webhook?: {
        /**
         * Format: uri
         * @description Where the batch's events are sent
         * @example https://example.com/hooks
         */
        url: string;
        /** @description Which of its events */
        events: ("batch.ended" | "item.succeeded" | "item.failed" | "budget.reached")[];
      };
      /** @description Your own words, by name, shown with the batch */
      metadata?: {
        [key: string]: string;
      };
      /** @description The batch's clips and records are deleted so long after its end; never when it is absent */
      retain_days?: number;
    };
    Usage: {
      /** Format: date */
      from: string;
      /** Format: date */
      to: string;
      usd: string;
      work_usd: string;
      boot_usd: string;
      load_usd: string;
      idle_usd: string;
      interrupted_usd: string;
      volume_usd: string;
      address_usd: string;
      waste_usd: string;
      on_demand_usd: string;
      saved_usd: string;
      audio_seconds: number | null;
      usd_per_audio_minute: string | null;
      unassigned_usd: string | null;
      by_day: {
        /** Format: date */
        day: string;
        usd: string;
        work_usd: string;
        boot_usd: string;
        load_usd: string;
        idle_usd: string;
        interrupted_usd: string;
        volume_usd: string;
        address_usd: string;
        waste_usd: string;
        on_demand_usd: string;
        saved_usd: string;
        audio_seconds: number | null;
        usd_per_audio_minute: string | null;
      }[];
      by_model: {
        model: string | null;
        usd: string;
        work_usd: string;
        boot_usd: string;
        load_usd: string;
        idle_usd: string;
        interrupted_usd: string;
        volume_usd: string;
        address_usd: string;
        waste_usd: string;
        on_demand_usd: string;
        saved_usd: string;
        audio_seconds: number | null;
        usd_per_audio_minute: string | null;
      }[];
      by_batch: {
        batch_id: string;
        usd: string;
        work_usd: string;
        boot_usd: string;
        load_usd: string;
        idle_usd: string;
        interrupted_usd: string;
        volume_usd: string;
        address_usd: string;
        waste_usd: string;
        on_demand_usd: string;
        saved_usd: string;
        audio_seconds: number | null;
        usd_per_audio_minute: string | null;
      }[];
      other_batches: {
        count: number;
        usd: string;
      } | null;
      instances:
        | {
            instance_id: string;
            model: string | null;
            instance_type: string | null;
            zone: string;
            /** @enum {string} */
            market: "spot" | "on_demand";
            /** Format: date-time */
            launched_at: string;
            ended_at: string | null;
            end_reason: string | null;
            seconds: number;
            work_seconds: number;
            phases: {
              /** @enum {string} */
              phase: "pending" | "boot" | "load" | "work" | "idle" | "leaving" | "interrupted";
              /** Format: date-time */
              from: string;
              to: string | null;
            }[];
            batches: {
              batch_id: string;
              work_seconds: number;
            }[];
            other_batches: number;
            usd: string;
            work_usd: string;
            boot_usd: string;
            load_usd: string;
            idle_usd: string;
            interrupted_usd: string;
            volume_usd: string;
            address_usd: string;
            waste_usd: string;
            on_demand_usd: string;
            saved_usd: string;
            audio_seconds: number | null;
            usd_per_audio_minute: string | null;
          }[]
        | null;
      other_instances: {
        count: number;
        usd: string;
      } | null;
    };
    Webhook: {
      id: string;
      url: string;
      events: ("batch.ended" | "item.succeeded" | "item.failed" | "fleet.stopped" | "budget.reached")[];
      description: string | null;
      enabled: boolean;
      disabled_reason: ("owner" | "gone") | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      secret_made_at: string;
      old_secret_until: string | null;
    };
    WebhookRequest: {
      /**
       * Format: uri
       * @description Where events are sent
       * @example https://example.com/hooks
       */
      url: string;
      /** @description What it is told of */
      events: ("batch.ended" | "item.succeeded" | "item.failed" | "fleet.stopped" | "budget.reached")[];
      /** @description What it is for, as the list of endpoints shows it */
      description?: string;
    };
    WebhookWithSecret: {
      id: string;
      url: string;
      events: ("batch.ended" | "item.succeeded" | "item.failed" | "fleet.stopped" | "budget.reached")[];
      description: string | null;
      enabled: boolean;
      disabled_reason: ("owner" | "gone") | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      secret_made_at: string;
      old_secret_until: string | null;
      secret: string | null;
    };
    BatchEndedEvent: {
      /** @constant */
      type: "batch.ended";
      /** Format: date-time */
      timestamp: string;
      data: {
        batch_id: string;
        /** @enum {string} */
        outcome: "succeeded" | "partial" | "failed" | "canceled" | "expired" | "stopped" | "invalid";
        counts: {
          total: number;
          succeeded: number;
          failed: number;
          canceled: number;
          expired: number;
        };
        audio_seconds: number;
      };
    };
    ItemSucceededEvent: {
      /** @constant */
      type: "item.succeeded";
      /** Format: date-time */
      timestamp: string;
      data: {
        item_id: string;
        batch_id: string;
        index: number;
        custom_id: string | null;
        duration_seconds: number;
      };
    };
    ItemFailedEvent: {
      /** @constant */
      type: "item.failed";
      /** Format: date-time */
      timestamp: string;
      data: {
        item_id: string;
        batch_id: string;
        index: number;
        custom_id: string | null;
        error: {
          /** @enum {string} */
          code:
            | "bad_request"
            | "numeric"
            | "engine_error"
            | "too_many_failures"
            | "interruption_limit"
            | "malformed_message"
            | "undeliverable";
          detail: string;
        } | null;
      };
    };
    FleetStoppedEvent: {
      /** @constant */
      type: "fleet.stopped";
      /** Format: date-time */
      timestamp: string;
      data: {
        stop_id: string;
        /** Format: date-time */
        requested_at: string;
      };
    };
    BudgetReachedEvent: {
      /** @constant */
      type: "budget.reached";
      /** Format: date-time */
      timestamp: string;
      data: {
        /** @enum {string} */
        budget: "batch" | "day" | "month";
        batch_id: string | null;
        detail: string;
      };
    };
    ListRoutesAnswer: {
      data: components["schemas"]["Route"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    SubmitBatchRequest: components["schemas"]["BatchRequest"] | components["schemas"]["UploadedBatchRequest"];
    CreateUploadRequest: {
      /** @description The size of the file; the bucket takes no other */
      bytes: number;
    };
    ListBatchesAnswer: {
      data: components["schemas"]["Batch"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    DeleteBatchAnswer: {
      id: string;
      /** Format: date-time */
      deleted_at: string;
    };
    SetBatchBudgetRequest: {
      /**
       * @description What the batch may cost from now on
       * @example 1.50
       */
      max_cost_usd: string;
    };
    CancelBatchRequest: {
      /**
       * @description drain finishes running clips, abort ends them at their next step
       * @enum {string}
       */
      mode: "drain" | "abort";
    };
    RetryBatchRequest: {
      /** @description What you call the batch */
      name?: string;
      /**
       * @description How soon you want it; the stage says how soon that is, and which it takes when it is absent
       * @enum {string}
       */
      speed?: "fast" | "standard" | "economy";
      /**
       * @description Which of the waiting work comes first; normal when it is absent
       * @enum {string}
       */
      priority?: "low" | "normal" | "high";
      /** @description Items that have not begun so long after the submit expire; never when it is absent */
      expires_in_seconds?: number;
      /**
       * @description Before the batch has cost this, what has begun is finished, no machine is launched for it, and the rest waits. Only the stage's budgets limit it when it is absent
       * @example 1.50
       */
      max_cost_usd?: string;
    };
    ListItemsAnswer: {
      data: components["schemas"]["ItemSummary"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    ListEventsAnswer: {
      data: components["schemas"]["Event"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    EstimateBatchRequest:
      | components["schemas"]["BatchRequest"]
      | {
          /** @description A model of GET /v1/models; the stage's first when it is absent */
          model?: string;
          /**
           * @description How soon you want it; the stage says how soon that is, and which it takes when it is absent
           * @enum {string}
           */
          speed?: "fast" | "standard" | "economy";
          /** @description In place of the items */
          totals: {
            /** @description How many clips, variations counted one by one */
            items: number;
            /** @description How long all clips are together */
            audio_seconds: number;
            /** @description How long the longest clip is */
            longest_seconds: number;
          };
        };
    ListModelsAnswer: {
      data: components["schemas"]["Model"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    ListDecisionsAnswer: {
      data: components["schemas"]["Decision"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    LaunchAnswer: {
      /** @constant */
      triggered: true;
    };
    ListKeysAnswer: {
      data: components["schemas"]["Key"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    ListAuditAnswer: {
      data: components["schemas"]["AuditRecord"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    ListWebhooksAnswer: {
      data: components["schemas"]["Webhook"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    ChangeWebhookRequest: {
      /**
       * Format: uri
       * @description Where events are sent from now on
       * @example https://example.com/hooks
       */
      url?: string;
      /** @description What it is told of from now on */
      events?: ("batch.ended" | "item.succeeded" | "item.failed" | "fleet.stopped" | "budget.reached")[];
      /** @description What it is for, as the list of endpoints shows it */
      description?: string;
      /** @description False: nothing is sent to it. True: it is sent to again, also after a 410 */
      enabled?: boolean;
    };
    DeleteWebhookAnswer: {
      id: string;
    };
    TestWebhookAnswer: {
      event_id: string;
    };
    ListDeliveriesAnswer: {
      data: components["schemas"]["Delivery"][];
      next_cursor: string | null;
      has_more: boolean;
    };
    RedeliverRequest: {
      /** @description A line of the endpoint's deliveries, whose event is sent again */
      delivery_id: string;
    };
    CheckHealthAnswer: {
      /** @constant */
      status: "ok";
    };
    GetOpenApiAnswer: {
      [key: string]: unknown;
    };
    GetDocsAnswer: string;
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listRoutes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListRoutesAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listBatches: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        owner?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListBatchesAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  submitBatch: {
    parameters: {
      query?: {
        dry_run?: boolean;
      };
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SubmitBatchRequest"];
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BatchCheck"];
        };
      };
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `queue_full`: Too many items are queued; `too_many_batches`: Too many batches are active */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `stopped`: The service was stopped by its operator */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createUpload: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CreateUploadRequest"];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Upload"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getBatch: {
    parameters: {
      query?: {
        wait?: number;
      };
      header?: {
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description Nothing has changed since what If-None-Match names */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteBatch: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeleteBatchAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  setBatchBudget: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SetBatchBudgetRequest"];
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  cancelBatch: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CancelBatchRequest"];
      };
    };
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  retryBatch: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        "application/json": components["schemas"]["RetryBatchRequest"];
      };
    };
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `queue_full`: Too many items are queued; `too_many_batches`: Too many batches are active */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `stopped`: The service was stopped by its operator */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listItems: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListItemsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getStates: {
    parameters: {
      query?: never;
      header?: {
        "If-None-Match"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ItemStates"];
        };
      };
      /** @description Nothing has changed since what If-None-Match names */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listResults: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        format?: "jsonl" | "csv";
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/x-ndjson": components["schemas"]["Result"];
          "text/csv": string;
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listEvents: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListEventsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  estimateBatch: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EstimateBatchRequest"];
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BatchCheck"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getItem: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Item"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  cancelItem: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Item"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getAudio: {
    parameters: {
      query?: {
        redirect?: boolean;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AudioLink"];
        };
      };
      /** @description Found: its address is in Location */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_ready`: The item has no audio yet; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listModels: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListModelsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getUsage: {
    parameters: {
      query?: {
        from?: string;
        to?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Usage"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getCapacity: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Capacity"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listDecisions: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListDecisionsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getStage: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stage"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getPrices: {
    parameters: {
      query?: {
        hours?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Prices"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  launch: {
    parameters: {
      query?: {
        dry_run?: boolean;
      };
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Decision"];
        };
      };
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LaunchAnswer"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getStop: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stop"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  stop: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Stop"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  start: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Start"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listKeys: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListKeysAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createKey: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["KeyRequest"];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CreatedKey"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  revokeKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Key"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listAudit: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        action?:
          | "launch"
          | "stop"
          | "start"
          | "batch.cancel"
          | "batch.delete"
          | "batch.retry"
          | "batch.budget"
          | "item.cancel"
          | "key.create"
          | "key.revoke"
          | "webhook.create"
          | "webhook.change"
          | "webhook.delete"
          | "webhook.rotate";
        owner?: string;
        since?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListAuditAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listWebhooks: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListWebhooksAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["WebhookRequest"];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookWithSecret"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Webhook"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeleteWebhookAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeWebhook: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ChangeWebhookRequest"];
      };
    };
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Webhook"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  testWebhook: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TestWebhookAnswer"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["WebhookWithSecret"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ListDeliveriesAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  redeliver: {
    parameters: {
      query?: never;
      header?: {
        "Idempotency-Key"?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["RedeliverRequest"];
      };
    };
    responses: {
      /** @description Accepted: the work goes on after this answer */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TestWebhookAnswer"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  checkHealth: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CheckHealthAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getOpenApi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["GetOpenApiAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  getDocs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/html": components["schemas"]["GetDocsAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  onBatchEnded: {
    parameters: {
      query?: never;
      header: {
        /** @description The event's id: the same however often it is sent */
        "webhook-id": string;
        /** @description When it was sent, in seconds since 1970 */
        "webhook-timestamp": string;
        /** @description `v1,` and base64; two of them for a day after a rotation */
        "webhook-signature": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["BatchEndedEvent"];
      };
    };
    responses: {
      /** @description The endpoint wants no more: it is disabled */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Delivered */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not delivered: it is sent again, six times within a day */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  onItemSucceeded: {
    parameters: {
      query?: never;
      header: {
        /** @description The event's id: the same however often it is sent */
        "webhook-id": string;
        /** @description When it was sent, in seconds since 1970 */
        "webhook-timestamp": string;
        /** @description `v1,` and base64; two of them for a day after a rotation */
        "webhook-signature": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ItemSucceededEvent"];
      };
    };
    responses: {
      /** @description The endpoint wants no more: it is disabled */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Delivered */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not delivered: it is sent again, six times within a day */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  onItemFailed: {
    parameters: {
      query?: never;
      header: {
        /** @description The event's id: the same however often it is sent */
        "webhook-id": string;
        /** @description When it was sent, in seconds since 1970 */
        "webhook-timestamp": string;
        /** @description `v1,` and base64; two of them for a day after a rotation */
        "webhook-signature": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ItemFailedEvent"];
      };
    };
    responses: {
      /** @description The endpoint wants no more: it is disabled */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Delivered */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not delivered: it is sent again, six times within a day */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  onFleetStopped: {
    parameters: {
      query?: never;
      header: {
        /** @description The event's id: the same however often it is sent */
        "webhook-id": string;
        /** @description When it was sent, in seconds since 1970 */
        "webhook-timestamp": string;
        /** @description `v1,` and base64; two of them for a day after a rotation */
        "webhook-signature": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["FleetStoppedEvent"];
      };
    };
    responses: {
      /** @description The endpoint wants no more: it is disabled */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Delivered */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not delivered: it is sent again, six times within a day */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  onBudgetReached: {
    parameters: {
      query?: never;
      header: {
        /** @description The event's id: the same however often it is sent */
        "webhook-id": string;
        /** @description When it was sent, in seconds since 1970 */
        "webhook-timestamp": string;
        /** @description `v1,` and base64; two of them for a day after a rotation */
        "webhook-signature": string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["BudgetReachedEvent"];
      };
    };
    responses: {
      /** @description The endpoint wants no more: it is disabled */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Delivered */
      "2XX": {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not delivered: it is sent again, six times within a day */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
}
