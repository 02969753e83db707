// Generated from docs/api by `npm run types`. Do not edit.

export interface paths {
    "/api/account": {
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
         * Delete Account
         * @description Deletes the account and everything in it, for good.
         *
         *     Running jobs are cancelled. Tokens issued before are refused from now on; once everything is gone, a newer
         *     token of the same user begins a new account.
         */
        delete: operations["delete_account"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Account
         * @description All stored data of the caller, as one JSON file, streamed as it is read.
         */
        get: operations["export_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/brand-kit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Brand Kit
         * @description The caller's brand kit; all empty before there is one.
         */
        get: operations["read_brand_kit"];
        /**
         * Write Brand Kit
         * @description Changes the fields in the body and returns the whole kit.
         */
        put: operations["write_brand_kit"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Feed
         * @description A stream of the events of all the caller's jobs; without a cursor, from now on.
         */
        get: operations["feed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description The caller's jobs, newest first.
         */
        get: operations["list_jobs"];
        put?: never;
        /**
         * Submit Job
         * @description Creates a job of any type: `input` has the shape of its `jobType`.
         */
        post: operations["submit_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Job
         * @description A job; with `wait`, answers as soon as it changes.
         */
        get: operations["read_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Job
         * @description Requests cancellation of a job.
         */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Job Events
         * @description A job's events: as a stream that ends with the job, or as JSON.
         */
        get: operations["job_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Job
         * @description Runs a failed or cancelled job again, as a new one that keeps the finished items.
         *
         *     While that one lives, answers with it (200, `Idempotency-Replayed: true`).
         */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnet/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Answers
         * @description Creates a job of type answers.
         */
        post: operations["submit_answers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnet/emails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Emails
         * @description Creates a job of type emails.
         */
        post: operations["submit_emails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnet/extract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Extraction
         * @description Creates a job of type extraction.
         */
        post: operations["submit_extraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnet/ideate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Ideation
         * @description Creates a job of type ideation.
         */
        post: operations["submit_ideation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnet/polish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Polish
         * @description Creates a job of type polish.
         */
        post: operations["submit_polish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnet/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Posts
         * @description Creates a job of type posts.
         */
        post: operations["submit_posts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Lead Magnets
         * @description The caller's lead magnets, newest first.
         */
        get: operations["list_lead_magnets"];
        put?: never;
        /**
         * Make Lead Magnet
         * @description Creates a lead magnet. A user's own idea counts against the plan; a concept's job has already
         *     counted.
         */
        post: operations["make_lead_magnet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Lead Magnet
         * @description A lead magnet with all its parts.
         */
        get: operations["read_lead_magnet"];
        put?: never;
        post?: never;
        /**
         * Delete Lead Magnet
         * @description Deletes a lead magnet with its emails; its running jobs are cancelled.
         */
        delete: operations["delete_lead_magnet"];
        options?: never;
        head?: never;
        /**
         * Change Lead Magnet
         * @description Changes the fields in the body. What it replaces becomes a version of its piece.
         */
        patch: operations["change_lead_magnet"];
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/emails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Emails
         * @description The emails; 404 before there are any.
         */
        get: operations["read_emails"];
        /**
         * Replace Emails
         * @description Replaces the emails and makes them a draft again. What it replaces becomes a version.
         */
        put: operations["replace_emails"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/emails/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate Emails
         * @description Activates the emails; 422 while a text has a placeholder such as [LINK], 409 while a job writes
         *     them.
         */
        post: operations["activate_emails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/exports/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Piece
         * @description A piece as a file; 404 while it does not exist, 409 if this format cannot show it.
         *
         *     A PDF or a Word file counts as 50 simple reads.
         */
        get: operations["export_piece"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/publication": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Publication
         * @description What is published, and how often it was opened; 404 while nothing is.
         */
        get: operations["read_publication"];
        /**
         * Publish
         * @description Publishes the page or the tool as it is now, again at the same address; 404 while there is none. Later
         *     changes are public once it is published again. If-Match names the lead magnet's ETag.
         */
        put: operations["publish"];
        post?: never;
        /**
         * Unpublish
         * @description Takes it back for good: publishing again gives another address.
         */
        delete: operations["unpublish"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Versions
         * @description What the pieces were before each change and each result, newest first, without the texts.
         */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/versions/{version_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Version
         * @description One version with its texts.
         */
        get: operations["read_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/versions/{version_id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline Version
         * @description Leaves what is in place: the version is offered no longer, and stays in the list.
         */
        post: operations["decline_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/lead-magnets/{lead_magnet_id}/versions/{version_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore Version
         * @description Puts a version in place, or one post or email of it; what was there becomes a version. If-Match names
         *     the lead magnet's ETag, for emails theirs.
         */
        post: operations["restore_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description What operators did, and whose content they looked at; newest first.
         */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/bulk-actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Bulk Actions
         * @description Bulk actions and dry runs, newest first.
         */
        get: operations["list_bulk_actions"];
        put?: never;
        /**
         * Look At Bulk Action
         * @description A dry run: how many jobs match, how many are not eligible and why, and what it may cost.
         *
         *     A search, by `text` or `costAbove`, may go on afterwards: until its `state` is `dry_run`.
         */
        post: operations["look_at_bulk_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/bulk-actions/{bulk_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Bulk Action
         * @description A bulk action and how far it is.
         */
        get: operations["read_bulk_action"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/bulk-actions/{bulk_id}/abort": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Abort Bulk Action
         * @description Ends a bulk action, or a dry run that still looks; what it has done stays done.
         */
        post: operations["abort_bulk_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/bulk-actions/{bulk_id}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Bulk Action Jobs
         * @description What became of its jobs: done, as which job, or refused and why.
         */
        get: operations["list_bulk_action_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/bulk-actions/{bulk_id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start Bulk Action
         * @description Begins what a dry run looked at, within ten minutes; on all jobs that match now, whoever looks on.
         *
         *     Of a search, on those that it found.
         */
        post: operations["start_bulk_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Dead Letters
         * @description Failed jobs that were not run again, and events that are in no job's history; newest first.
         */
        get: operations["list_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/dead-letters/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Group Dead Letters
         * @description Failed jobs that were not run again, grouped by type, error code and what the failure says.
         */
        get: operations["group_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Dead Letters
         * @description Runs many failed jobs again; reports which ran, which did not, and why.
         */
        post: operations["replay_dead_letters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/dead-letters/{job_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay Dead Letter
         * @description Runs a failed job again for its owner, as a new one that keeps the finished items.
         */
        post: operations["replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/example-inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Example Inputs
         * @description Inputs to begin with, by job type.
         */
        get: operations["list_example_inputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/job-types/{job_type}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause Job Type
         * @description Starts no more attempts at jobs of this type until it is resumed; running ones continue.
         */
        post: operations["pause_job_type"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/job-types/{job_type}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Job Type
         * @description Ends a pause, at once or gradually.
         */
        post: operations["resume_job_type"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List All Jobs
         * @description Jobs of all users, newest first.
         */
        get: operations["list_all_jobs"];
        put?: never;
        /**
         * Submit Job By Hand
         * @description Creates a job for a user, which counts as theirs: their quota, their caps, their rate limit.
         */
        post: operations["submit_job_by_hand"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Inspect Job
         * @description A job of any user with its events and calls, and the reason for its present state.
         */
        get: operations["inspect_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Any Job
         * @description Stops a job of any user; 409 if it has ended.
         */
        post: operations["cancel_any_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/jobs/{job_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run Again
         * @description Runs a failed or cancelled job of any user again, as a new one of the same user.
         */
        post: operations["run_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Overview
         * @description Counts, times, money, errors, waits for the provider, and processes; at most 15 s old.
         */
        get: operations["read_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause Everything
         * @description Starts no more attempts at any job until everything is resumed; running ones continue.
         */
        post: operations["pause_everything"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/pauses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Pauses
         * @description What is paused or resumed gradually: by whom, since when, at which pace.
         */
        get: operations["list_pauses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/public-pages/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Public Page
         * @description A published page by the last part of its link: whose it is, and since when it is down.
         */
        get: operations["read_public_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/public-pages/{address}/put-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put Page Back
         * @description It is public again as it was; a repeated call changes nothing.
         */
        post: operations["put_page_back"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/public-pages/{address}/take-down": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take Page Down
         * @description Nobody opens it any more, and its owner cannot publish it again; a repeated call changes nothing.
         */
        post: operations["take_page_down"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume Everything
         * @description Ends the pause of everything, at once or gradually; what is paused besides stays paused.
         */
        post: operations["resume_everything"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Services
         * @description The relay, the projector and the services: which processes run, what waits.
         */
        get: operations["list_services"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/spend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Spend
         * @description What all users spent in this hour, its cap, and what the cap holds back.
         */
        get: operations["read_spend"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/spend/enforce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enforce Spend Cap
         * @description Ends a waiver.
         */
        post: operations["enforce_spend_cap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/spend/waive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Waive Spend Cap
         * @description Lets all work go on until this hour ends, whatever it costs.
         */
        post: operations["waive_spend_cap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Users
         * @description Users with their plan, their live jobs, and what they spent today and this month.
         */
        get: operations["list_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read User
         * @description One user: usage and cost by day and job type, caps and what is used of them, live jobs.
         */
        get: operations["read_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/users/{user_id}/caps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Caps
         * @description Gives a user caps of their own instead of those of the plan; an empty body takes them all away.
         */
        put: operations["set_caps"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/users/{user_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause User
         * @description Publishes none of the user's jobs until they are resumed; what they submit is accepted and waits.
         */
        post: operations["pause_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/users/{user_id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set Plan
         * @description Puts a user on a plan, from their next request on.
         */
        put: operations["set_plan"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops/users/{user_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume User
         * @description Ends a user's pause, at once or gradually.
         */
        post: operations["resume_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Questions
         * @description The questions of one archetype.
         */
        get: operations["read_questions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sources
         * @description Those for all of the caller's lead magnets; with `leadMagnetId` those for this one too.
         */
        get: operations["list_sources"];
        put?: never;
        /**
         * Add Source
         * @description Adds a pasted text. 422 if it is longer than the limit, 403 with as many sources as are allowed.
         */
        post: operations["add_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload Source
         * @description Adds the text of a file, which is the body: txt, md, vtt, srt, docx or pdf, as its name ends.
         *
         *     422 with a sentence if it is locked, scanned, damaged or something else than its name says. Counts as 50
         *     simple reads.
         */
        post: operations["upload_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sources/{source_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Source
         * @description One source with its text.
         */
        get: operations["read_source"];
        put?: never;
        post?: never;
        /**
         * Delete Source
         * @description Deletes a source. What its owner took from it into answers stays.
         */
        delete: operations["delete_source"];
        options?: never;
        head?: never;
        /**
         * Change Source
         * @description Changes the name or the text.
         */
        patch: operations["change_source"];
        trace?: never;
    };
    "/api/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Usage
         * @description The plan, how much of it is used and reserved this month, and tokens and cost by day and job type.
         */
        get: operations["read_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wizard-drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Drafts
         * @description The caller's newest drafts, 50 at most; read one to get its contents.
         */
        get: operations["list_drafts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/wizard-drafts/{draft_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read Draft
         * @description One draft.
         */
        get: operations["read_draft"];
        /**
         * Save Draft
         * @description Creates or replaces a draft under an id that the client chose; 500,000 bytes at most.
         *
         *     409 if it would be the caller's 21st, or their drafts would exceed 5,000,000 bytes.
         */
        put: operations["save_draft"];
        post?: never;
        /**
         * Delete Draft
         * @description Deletes a draft.
         */
        delete: operations["delete_draft"];
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
        /**
         * Healthz
         * @description The process answers.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Prometheus metrics of this process.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description Jobs can be accepted and watched: needs Postgres. NATS may be down; its state is only shown.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/schemas/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Schema
         * @description The JSON Schema of an event's body; the target of `ce-dataschema`.
         */
        get: operations["schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Accordion
         * @description A title that opens to a text.
         */
        Accordion: {
            /**
             * Content
             * @description What is shown once it is opened.
             */
            content: string;
            /**
             * Title
             * @description What is always shown.
             */
            title: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "accordion";
        };
        /**
         * AccountDeletion
         * @description The account is being deleted: running jobs are cancelled, and erased as soon as they have ended.
         */
        AccountDeletion: {
            /**
             * Status
             * @default deleting
             */
            status?: string;
        };
        /**
         * Action
         * @description What operators do.
         * @enum {string}
         */
        Action: "inspect_job" | "search_texts" | "read_dead_events" | "cancel_job" | "replay_job" | "replay_dead_letters" | "start_bulk_action" | "abort_bulk_action" | "end_bulk_action" | "submit_job" | "pause" | "resume" | "waive_spend_cap" | "enforce_spend_cap" | "set_plan" | "set_caps" | "take_page_down" | "put_page_back";
        /**
         * AnswersInput
         * @description A concept, and what the owner said; answers that are there already are not drafted.
         */
        AnswersInput: {
            /**
             * Answers
             * @description By question id, what the owner answered already; blank ones are drafted.
             * @default {}
             */
            answers?: {
                [key: string]: string;
            };
            /** @description Which kind of lead magnet is made; decides the questions. */
            archetype: components["schemas"]["Archetype"];
            /** @description What the owner says about their business; null when not sent. */
            businessContext?: components["schemas"]["BusinessContext"] | null;
            /** @description The concept that the owner chose. */
            concept: components["schemas"]["ChosenConcept"];
            /**
             * Essay
             * @description The owner's own text, which is split into answers; empty without one.
             * @default
             */
            essay?: string;
            /**
             * Sources
             * @description Texts that the owner brought along.
             * @default []
             */
            sources?: components["schemas"]["SourceText"][];
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * AnswersJob
         * @description What a job of type answers has beyond the fields of all jobs.
         */
        AnswersJob: {
            /** Input */
            input: components["schemas"]["AnswersInput"] | components["schemas"]["Erased"];
            /** Items */
            items: components["schemas"]["DraftedAnswer"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "answers";
            result: components["schemas"]["AnswersResult"] | null;
        };
        /** AnswersRequest */
        AnswersRequest: {
            /**
             * Answers
             * @description By question id, what the owner answered already; blank ones are drafted.
             * @default {}
             */
            answers?: {
                [key: string]: string;
            };
            /** @description Which kind of lead magnet is made; decides the questions. */
            archetype: components["schemas"]["Archetype"];
            /** @description What the owner says about their business; null when not sent. */
            businessContext?: components["schemas"]["BusinessContext"] | null;
            /** @description The concept that the owner chose. */
            concept: components["schemas"]["ChosenConcept"];
            /**
             * Essay
             * @description The owner's own text, which is split into answers; empty without one.
             * @default
             */
            essay?: string;
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /**
             * Sources
             * @description Texts that the owner brought along.
             * @default []
             */
            sources?: components["schemas"]["SourceText"][];
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * AnswersResult
         * @description A draft for each question that had no answer.
         */
        AnswersResult: {
            /**
             * Answers
             * @description The drafts, in the order of the questions.
             */
            answers: components["schemas"]["DraftedAnswer"][];
        };
        /**
         * Archetype
         * @description The ten kinds of lead magnet, in the order in which concepts come back.
         * @enum {string}
         */
        Archetype: "single-breakdown" | "single-system" | "focused-toolkit" | "single-calculator" | "focused-directory" | "mini-training" | "one-story" | "prompt" | "assessment" | "workflow";
        /**
         * AssessmentConfig
         * @description A scored self-diagnosis of one area.
         */
        AssessmentConfig: {
            /** Description */
            description: string;
            /** Headline */
            headline: string;
            /** Questions */
            questions: components["schemas"]["AssessmentQuestion"][];
            scoring: components["schemas"]["Scoring"];
        };
        /**
         * AssessmentOption
         * @description An answer to choose and the points that it gives.
         */
        AssessmentOption: {
            /** Label */
            label: string;
            /** Value */
            value: number;
        };
        /**
         * AssessmentQuestion
         * @description A question with its answers.
         */
        AssessmentQuestion: {
            /** Id */
            id: string;
            /**
             * Options
             * @default []
             */
            options?: components["schemas"]["AssessmentOption"][];
            /** @default null */
            scaleLabels?: components["schemas"]["ScaleLabels"] | null;
            /**
             * Scalemax
             * @default null
             */
            scaleMax?: number | null;
            /**
             * Scalemin
             * @default null
             */
            scaleMin?: number | null;
            /** Text */
            text: string;
            type: components["schemas"]["QuestionType"];
        };
        /**
         * AudienceStyle
         * @description How to address the readers.
         * @enum {string}
         */
        AudienceStyle: "casual-direct" | "professional-polished" | "technical" | "warm-relatable";
        /**
         * AuditEntry
         * @description What an operator did, or whose content an operator looked at.
         *
         *     `operatorId` is null for the command line, `loginName` for all else. `targetKind` and `targetId` say what
         *     it was done to, `userId` whom it concerns. `outcome` is `done`; `unchanged`, where it was so already; or
         *     `refused`, with the problem's code in `details`.
         */
        AuditEntry: {
            /** Action */
            action: string;
            /** At */
            at: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Loginname */
            loginName: string | null;
            /** Operatorid */
            operatorId: string | null;
            /** Outcome */
            outcome: string;
            /** Targetid */
            targetId: string | null;
            /** Targetkind */
            targetKind: string;
            /** Userid */
            userId: string | null;
        };
        /**
         * AuditList
         * @description A page of the audit, newest first; `nextCursor` is null on the last one.
         */
        AuditList: {
            /** Items */
            items: components["schemas"]["AuditEntry"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * Author
         * @description Who wrote a version last.
         * @enum {string}
         */
        Author: "owner" | "ai" | "template";
        /**
         * BrandKit
         * @description The kit as its owner sees it; empty until there is one.
         */
        BrandKit: {
            /**
             * Audiencetools
             * @default []
             */
            audienceTools?: string[];
            /** Bestvideotitle */
            bestVideoTitle?: string | null;
            /** Bestvideourl */
            bestVideoUrl?: string | null;
            /** Businessdescription */
            businessDescription?: string | null;
            /** Businesstype */
            businessType?: string | null;
            /** Communityurl */
            communityUrl?: string | null;
            /**
             * Contentlinks
             * @default []
             */
            contentLinks?: {
                [key: string]: unknown;
            }[];
            /** Createdat */
            createdAt?: string | null;
            /**
             * Credibilitymarkers
             * @default []
             */
            credibilityMarkers?: string[];
            /**
             * Frequentquestions
             * @default []
             */
            frequentQuestions?: string[];
            /** Ideationgeneratedat */
            ideationGeneratedAt?: string | null;
            /** Outputlanguage */
            outputLanguage?: string | null;
            /** Preferredtone */
            preferredTone?: string | null;
            /**
             * Processes
             * @default []
             */
            processes?: string[];
            /**
             * Results
             * @default []
             */
            results?: string[];
            /** Savedideationresult */
            savedIdeationResult?: {
                [key: string]: unknown;
            } | null;
            /** Sendername */
            senderName?: string | null;
            /** Styleprofile */
            styleProfile?: {
                [key: string]: unknown;
            } | null;
            /** Successexample */
            successExample?: string | null;
            /**
             * Templates
             * @default []
             */
            templates?: string[];
            /**
             * Tools
             * @default []
             */
            tools?: string[];
            /** Updatedat */
            updatedAt?: string | null;
            /**
             * Urgentpains
             * @default []
             */
            urgentPains?: string[];
        };
        /**
         * BrandKitChanges
         * @description The changes; fields left out stay. Null clears a text, [] clears a list.
         */
        BrandKitChanges: {
            /**
             * Audiencetools
             * @default []
             */
            audienceTools?: string[];
            /** Bestvideotitle */
            bestVideoTitle?: string | null;
            /** Bestvideourl */
            bestVideoUrl?: string | null;
            /** Businessdescription */
            businessDescription?: string | null;
            businessType?: components["schemas"]["BusinessType"] | null;
            /** Communityurl */
            communityUrl?: string | null;
            /**
             * Contentlinks
             * @default []
             */
            contentLinks?: components["schemas"]["ContentLink"][];
            /**
             * Credibilitymarkers
             * @default []
             */
            credibilityMarkers?: string[];
            /**
             * Frequentquestions
             * @default []
             */
            frequentQuestions?: string[];
            outputLanguage?: components["schemas"]["Language"] | null;
            /** Preferredtone */
            preferredTone?: string | null;
            /**
             * Processes
             * @default []
             */
            processes?: string[];
            /**
             * Results
             * @default []
             */
            results?: string[];
            /** Sendername */
            senderName?: string | null;
            /** Styleprofile */
            styleProfile?: {
                [key: string]: unknown;
            } | null;
            /** Successexample */
            successExample?: string | null;
            /**
             * Templates
             * @default []
             */
            templates?: string[];
            /**
             * Tools
             * @default []
             */
            tools?: string[];
            /**
             * Urgentpains
             * @default []
             */
            urgentPains?: string[];
        };
        /**
         * BulkAction
         * @description An action on many jobs. Of `total` jobs, `done` and `refused` had their turn, `open` did not yet.
         *
         *     A dry run that searches, by `text` or `costAbove`, is `looking` until it has `searched` all jobs; back to
         *     `searchedTo` so far.
         */
        BulkAction: {
            /**
             * Action
             * @enum {string}
             */
            action: "replay" | "cancel" | "pause" | "resume";
            /** Createdat */
            createdAt: string;
            /** Done */
            done: number;
            /** Endedat */
            endedAt: string | null;
            /** Endedby */
            endedBy: string | null;
            filter: components["schemas"]["BulkFilter"];
            found: components["schemas"]["Found"];
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Open */
            open: number;
            /**
             * Operatorid
             * Format: uuid
             */
            operatorId: string;
            /** Rateperminute */
            ratePerMinute: number;
            /** Refused */
            refused: number;
            /** Searched */
            searched?: number | null;
            /** Searchedto */
            searchedTo?: string | null;
            /** Startableuntil */
            startableUntil: string | null;
            /** Startedat */
            startedAt: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "looking" | "dry_run" | "running" | "completed" | "aborted";
            /** Total */
            total: number;
        };
        /**
         * BulkActionList
         * @description A page of bulk actions, newest first; `nextCursor` is null on the last one.
         */
        BulkActionList: {
            /** Items */
            items: components["schemas"]["BulkAction"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * BulkFilter
         * @description A filter for jobs; fields left out match everything, but not all may be. An unknown name is refused.
         *
         *     The fields of the runs list mean here what they mean there.
         */
        BulkFilter: {
            /** Cause */
            cause?: string | null;
            /** Costabove */
            costAbove?: string | null;
            /** Errorcode */
            errorCode?: string | null;
            /** Failedsince */
            failedSince?: string | null;
            /** Faileduntil */
            failedUntil?: string | null;
            /** Jobtype */
            jobType?: string | null;
            /** Pausedby */
            pausedBy?: string | null;
            /** Since */
            since?: string | null;
            /** Status */
            status?: string | null;
            /** Stuck */
            stuck?: true | null;
            /** Text */
            text?: string | null;
            /** Until */
            until?: string | null;
            /** Userid */
            userId?: string | null;
            /** Waitingfor */
            waitingFor?: string | null;
        };
        /**
         * BulkRequest
         * @description What is to be done to many jobs. It is only looked at: begin it by its id.
         */
        BulkRequest: {
            /**
             * Action
             * @enum {string}
             */
            action: "replay" | "cancel" | "pause" | "resume";
            /**
             * Dryrun
             * @default true
             * @constant
             */
            dryRun?: true;
            filter: components["schemas"]["BulkFilter"];
            /**
             * Rateperminute
             * @default 600
             */
            ratePerMinute?: number;
        };
        /**
         * BulkStart
         * @description How fast; without a rate, as the dry run said.
         */
        BulkStart: {
            /** Rateperminute */
            ratePerMinute?: number | null;
        };
        /**
         * BulletList
         * @description A line for each entry, with "- " before it.
         */
        BulletList: {
            /**
             * Content
             * @description The entries, one on each line, each with "- " before it.
             */
            content: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "list";
        };
        /**
         * BusinessContext
         * @description What the owner says about their business; the brand kit keeps it too.
         */
        BusinessContext: {
            /**
             * Audiencetools
             * @description Tools that the readers use.
             * @default []
             */
            audienceTools?: string[];
            /**
             * Businessdescription
             * @description What the business does and for whom, in the owner's words.
             */
            businessDescription: string;
            /** @description One of the six kinds of business. */
            businessType: components["schemas"]["BusinessType"];
            /**
             * Credibilitymarkers
             * @description Facts that speak for the owner; numbers work best.
             * @default []
             */
            credibilityMarkers?: string[];
            /**
             * Frequentquestions
             * @description What customers ask again and again.
             * @default []
             */
            frequentQuestions?: string[];
            /**
             * Processes
             * @description Ways of working that the owner has named or repeated.
             * @default []
             */
            processes?: string[];
            /**
             * Results
             * @description Results that customers reached with the owner.
             * @default []
             */
            results?: string[];
            /**
             * Successexample
             * @description One success told in some sentences; null when the owner has none to tell.
             */
            successExample?: string | null;
            /**
             * Templates
             * @description Templates that the owner already has.
             * @default []
             */
            templates?: string[];
            /**
             * Tools
             * @description Tools that the owner works with.
             * @default []
             */
            tools?: string[];
            /**
             * Urgentpains
             * @description What the owner's customers suffer from now; pages ask for three.
             * @default []
             */
            urgentPains?: string[];
        };
        /**
         * BusinessType
         * @description The six kinds of business.
         * @enum {string}
         */
        BusinessType: "coach-consultant" | "agency-owner" | "course-creator" | "freelancer" | "saas-tech" | "b2b-service";
        /**
         * CalculatorConfig
         * @description A calculator that answers one question with a number.
         */
        CalculatorConfig: {
            /** Description */
            description: string;
            /** Formula */
            formula: string;
            /** Headline */
            headline: string;
            /** Inputs */
            inputs: components["schemas"]["CalculatorInput"][];
            resultFormat: components["schemas"]["ResultFormat"];
            /** Resultinterpretation */
            resultInterpretation: components["schemas"]["ResultInterpretation"][];
            /** Resultlabel */
            resultLabel: string;
        };
        /**
         * CalculatorInput
         * @description A figure that the reader enters.
         */
        CalculatorInput: {
            /**
             * Defaultvalue
             * @default null
             */
            defaultValue?: number | null;
            /** Id */
            id: string;
            /** Label */
            label: string;
            /**
             * Max
             * @default null
             */
            max?: number | null;
            /**
             * Min
             * @default null
             */
            min?: number | null;
            /**
             * Options
             * @default []
             */
            options?: components["schemas"]["CalculatorOption"][];
            /**
             * Placeholder
             * @default
             */
            placeholder?: string;
            /**
             * Step
             * @default null
             */
            step?: (number) | null;
            type: components["schemas"]["InputType"];
            /**
             * Unit
             * @default
             */
            unit?: string;
        };
        /**
         * CalculatorOption
         * @description A choice and the figure that it stands for.
         */
        CalculatorOption: {
            /** Label */
            label: string;
            /** Value */
            value: number;
        };
        /**
         * CallTranscriptInsights
         * @description What an analysis found in the owner's sales calls.
         */
        CallTranscriptInsights: {
            /**
             * Frequentquestions
             * @description What callers ask.
             * @default []
             */
            frequentQuestions?: components["schemas"]["CallerQuestion"][];
            /**
             * Languagepatterns
             * @description Phrases that callers use, word for word.
             * @default []
             */
            languagePatterns?: string[];
            /**
             * Objections
             * @description What keeps callers from buying.
             * @default []
             */
            objections?: components["schemas"]["Objection"][];
            /**
             * Painpoints
             * @description What callers suffer from.
             * @default []
             */
            painPoints?: components["schemas"]["PainPoint"][];
            /**
             * Transformationoutcomes
             * @description What callers hope for.
             * @default []
             */
            transformationOutcomes?: components["schemas"]["TransformationOutcome"][];
        };
        /**
         * CallerQuestion
         * @description A question that callers ask, and when.
         */
        CallerQuestion: {
            /**
             * Context
             * @description When in a call it comes up; empty when the analysis does not say.
             * @default
             */
            context?: string;
            /**
             * Question
             * @description The question as callers ask it.
             */
            question: string;
        };
        /**
         * Callout
         * @description A remark that stands out.
         */
        Callout: {
            /**
             * Content
             * @description The remark.
             */
            content: string;
            /**
             * @description Its tone.
             * @default info
             */
            style?: components["schemas"]["CalloutStyle"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "callout";
        };
        /**
         * CalloutStyle
         * @description The tone of a callout or a figure.
         * @enum {string}
         */
        CalloutStyle: "info" | "warning" | "success";
        /**
         * CancelAsked
         * @description The job was asked to stop; it ends within a second.
         */
        CancelAsked: {
            /**
             * Cancelrequested
             * @default true
             */
            cancelRequested?: boolean;
        };
        /**
         * CapsOverview
         * @description What the plan bounds besides lead magnets, and how much of it is used; null is no cap.
         */
        CapsOverview: {
            draftBytes?: components["schemas"]["CountCap"] | null;
            drafts?: components["schemas"]["CountCap"] | null;
            /**
             * Jobsaday
             * @description By job type, where there is a cap.
             * @default {}
             */
            jobsADay?: {
                [key: string]: components["schemas"]["CountCap"];
            };
            leadMagnetsPerIdeation?: components["schemas"]["OpenCap"] | null;
            liveJobs?: components["schemas"]["CountCap"] | null;
            spendADay?: components["schemas"]["SpendCap"] | null;
            spendAMonth?: components["schemas"]["SpendCap"] | null;
            /** @description As counted at most a minute ago. */
            storedBytes?: components["schemas"]["CountCap"] | null;
            /** @description At all processes of the gateway together. */
            streams?: components["schemas"]["OpenCap"] | null;
        };
        /**
         * Cause
         * @description One cause of a job's state, in the owner's words.
         */
        Cause: {
            /**
             * Ageseconds
             * @description How long ago that was, in seconds.
             */
            ageSeconds: number;
            /**
             * Code
             * @description What it is, for programs: the word of `waitingFor` where there is one, or another, to be read as waiting while the job has not ended.
             */
            code: string;
            /**
             * Evidence
             * @description What it rests on, by name: numbers, and times as text. Of other users, counts only.
             */
            evidence: {
                [key: string]: number | string | null;
            };
            /**
             * Isfresh
             * @description Whether that is recent enough to act on.
             */
            isFresh: boolean;
            /**
             * Seenat
             * @description When that was seen.
             */
            seenAt: string;
            /**
             * Text
             * @description The same in a sentence for the job's owner.
             */
            text: string;
        };
        /**
         * ChosenConcept
         * @description The concept that the owner works on: ours or their own, so only title and pain are certain.
         */
        ChosenConcept: {
            /**
             * Archetype
             * @description One of the ten kinds; empty for an owner's own idea without one.
             * @default
             */
            archetype?: string;
            /**
             * Archetypename
             * @description The archetype's name for readers.
             * @default
             */
            archetypeName?: string;
            /**
             * Bundlepotential
             * @description What it goes well with.
             * @default []
             */
            bundlePotential?: string[];
            /**
             * Contents
             * @description What is in it, piece by piece.
             * @default
             */
            contents?: string;
            /**
             * Creationtimeestimate
             * @description How long the owner needs to make it, in words.
             * @default
             */
            creationTimeEstimate?: string;
            /**
             * Deliveryformat
             * @description How a reader gets it, such as a PDF or a spreadsheet.
             * @default
             */
            deliveryFormat?: string;
            /**
             * Groundedin
             * @description The fact of the business context that it rests on.
             * @default
             */
            groundedIn?: string;
            /**
             * Painsolved
             * @description The pain that it solves for a reader.
             */
            painSolved: string;
            /**
             * Title
             * @description What the lead magnet is called.
             */
            title: string;
            /** @description Five marks; a missing one is false. */
            viralCheck?: components["schemas"]["ViralCheck"];
            /**
             * Whynowhook
             * @description Why a reader wants it today.
             * @default
             */
            whyNowHook?: string;
        };
        /**
         * ClassLimits
         * @description The provider's limits a minute of a class of models, which all processes share.
         *
         *     They are null where no process knows any. `waiting` calls wait for their share; `closedUntil` is when the
         *     provider wants the next call, null if it wants them now; `alone` processes cannot reach what is shared.
         */
        ClassLimits: {
            /** Alone */
            alone: number;
            /** Closeduntil */
            closedUntil: string | null;
            /** Inputtokens */
            inputTokens: number | null;
            /** Modelclass */
            modelClass: string;
            /** Outputtokens */
            outputTokens: number | null;
            /** Requests */
            requests: number | null;
            /** Waiting */
            waiting: number;
        };
        /**
         * Code
         * @description Real code, never prose.
         */
        Code: {
            /**
             * Content
             * @description The code, as it is.
             */
            content: string;
            /**
             * Language
             * @description Its language, such as `python`; empty when unknown.
             * @default
             */
            language?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "code";
        };
        /**
         * Colour
         * @description How good an answer is.
         * @enum {string}
         */
        Colour: "green" | "yellow" | "red";
        /**
         * CompetitorAnalysis
         * @description What an analysis found in a competitor's lead magnet.
         */
        CompetitorAnalysis: {
            /**
             * Adaptationsuggestions
             * @description How the owner could adapt it; usually two to four.
             * @default []
             */
            adaptationSuggestions?: string[];
            /** @description The archetype it resembles, which one idea adapts; null when unclear. */
            detectedArchetype?: components["schemas"]["Archetype"] | null;
            /**
             * Effectivenessfactors
             * @description Why it works; usually three to five.
             * @default []
             */
            effectivenessFactors?: string[];
            /**
             * Format
             * @description How it is delivered, such as a PDF or a video.
             * @default
             */
            format?: string;
            /**
             * Originaltitle
             * @description Its title; no idea may reuse it.
             * @default
             */
            originalTitle?: string;
            /**
             * Painpointaddressed
             * @description The pain that it solves.
             * @default
             */
            painPointAddressed?: string;
        };
        /**
         * Concept
         * @description One idea for a lead magnet.
         */
        Concept: {
            archetype: components["schemas"]["Archetype"];
            /** Archetypename */
            archetypeName: string;
            /** Bundlepotential */
            bundlePotential: string[];
            /** Contents */
            contents: string;
            /** Creationtimeestimate */
            creationTimeEstimate: string;
            /** Deliveryformat */
            deliveryFormat: string;
            /**
             * Groundedin
             * @default
             */
            groundedIn?: string;
            /** Painsolved */
            painSolved: string;
            /** Title */
            title: string;
            viralCheck: components["schemas"]["ViralCheck"];
            /** Whynowhook */
            whyNowHook: string;
        };
        /**
         * ContentItem
         * @description One thing said in a section; kept content may have no detail.
         */
        ContentItem: {
            /**
             * Detail
             * @description How to act on it; empty in older content.
             * @default
             */
            detail?: string;
            /**
             * Headline
             * @description The point in a few words.
             */
            headline: string;
            /**
             * Summary
             * @description The point in a sentence or two.
             */
            summary: string;
        };
        /**
         * ContentLink
         * @description A page that the emails may link to.
         */
        ContentLink: {
            /** Title */
            title: string;
            /** Url */
            url: string;
        };
        /**
         * ContentSection
         * @description A section of the content.
         */
        ContentSection: {
            /**
             * Contents
             * @description Its points in order; a plain text becomes a point of its own.
             */
            contents: components["schemas"]["ContentItem"][];
            /**
             * Introduction
             * @description What the section is about, before its points.
             * @default
             */
            introduction?: string;
            /**
             * Keytakeaway
             * @description What to remember of it.
             * @default
             */
            keyTakeaway?: string;
            /**
             * Sectionname
             * @description Its heading.
             */
            sectionName: string;
        };
        /**
         * CountCap
         * @description How many; where nothing resets, what is used is free again when it ends or goes.
         */
        CountCap: {
            /** Limit */
            limit: number;
            /** Resetsat */
            resetsAt?: string | null;
            /** Used */
            used: number;
        };
        /**
         * DayOfUsage
         * @description A day and job type: jobs by when they were asked for, tokens and cost by when they were used; UTC.
         */
        DayOfUsage: {
            /**
             * Cachereadtokens
             * @description Tokens sent that the provider had in its cache, which cost less.
             * @default 0
             */
            cacheReadTokens?: number;
            /**
             * Cachesavedusd
             * @description What the provider's cache saved, in US dollars; below zero where writing to it cost more.
             * @default 0
             */
            cacheSavedUsd?: string;
            /**
             * Cachewritetokens
             * @description Tokens sent that the provider wrote to its cache, which cost more.
             * @default 0
             */
            cacheWriteTokens?: number;
            /**
             * Costusd
             * @default 0
             */
            costUsd?: string;
            /**
             * Date
             * Format: date
             */
            date: string;
            /** Inputtokens */
            inputTokens: number;
            /** Jobtype */
            jobType: string;
            /** Jobs */
            jobs: number;
            /** Outputtokens */
            outputTokens: number;
        };
        /**
         * DeadLetter
         * @description A failed job, or an event that fits nowhere. `replayedAs` is the job that ran it again.
         */
        DeadLetter: {
            /** Attempt */
            attempt: number | null;
            /** Diedat */
            diedAt: string;
            /** Error */
            error: string;
            /** Errorcode */
            errorCode: string | null;
            event: components["schemas"]["EventLetter"] | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Jobid */
            jobId: string | null;
            /** Jobtype */
            jobType: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "job" | "event";
            /** Replayedas */
            replayedAs: string | null;
            /** Userid */
            userId: string | null;
        };
        /**
         * DeadLetterGroup
         * @description Failed jobs of one type and error code that say the same apart from numbers and ids (`…`).
         *
         *     `filter` means these jobs, as a bulk action takes it.
         */
        DeadLetterGroup: {
            /** Buckets */
            buckets: number[];
            /** Cause */
            cause: string;
            /** Count */
            count: number;
            /** Errorcode */
            errorCode: string | null;
            filter: components["schemas"]["BulkFilter"];
            /** Firstseen */
            firstSeen: string;
            /** Jobtype */
            jobType: string;
            /** Lastseen */
            lastSeen: string;
            /** Users */
            users: number;
        };
        /**
         * DeadLetterGroups
         * @description The largest groups of a period. `seen` failures were looked at: the newest, where there are too many.
         *
         *     Each of the `buckets` of a group counts `bucketSeconds` of the period, the oldest first.
         */
        DeadLetterGroups: {
            /** Bucketseconds */
            bucketSeconds: number;
            /** Items */
            items: components["schemas"]["DeadLetterGroup"][];
            /** Seen */
            seen: number;
            /** Since */
            since: string;
            /** Until */
            until: string;
        };
        /**
         * DeadLetterList
         * @description A page of dead letters, newest first; `nextCursor` is null on the last one.
         */
        DeadLetterList: {
            /** Items */
            items: components["schemas"]["DeadLetter"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * Divider
         * @description A line between two parts.
         */
        Divider: {
            /**
             * Content
             * @description Always empty; every block has the field.
             * @default
             */
            content?: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "divider";
        };
        /**
         * DraftList
         * @description The newest drafts, each with only its pending job.
         */
        DraftList: {
            /** Items */
            items: components["schemas"]["WizardDraft"][];
        };
        /**
         * DraftToSave
         * @description The wizard's state as the browser keeps it; title and step are for the list of drafts.
         */
        DraftToSave: {
            /** Currentstep */
            currentStep?: number | null;
            /** Title */
            title?: string | null;
            /** Wizardstate */
            wizardState: {
                [key: string]: unknown;
            };
        };
        /**
         * DraftedAnswer
         * @description A draft of one answer, for the owner to correct.
         */
        DraftedAnswer: {
            /**
             * Answer
             * @description The draft, as the owner would say it.
             */
            answer: string;
            /**
             * Id
             * @description The question's id; also the key of the item.
             */
            id: string;
            /**
             * Missing
             * @description What the owner has to add or check; empty when nothing is missing.
             * @default
             */
            missing?: string;
        };
        /**
         * Email
         * @description One message; the body may hold {{first_name}}.
         */
        Email: {
            /** Body */
            body: string;
            /** Day */
            day: number;
            /** Replytrigger */
            replyTrigger: string;
            /** Subject */
            subject: string;
        };
        /**
         * EmailsInput
         * @description The lead magnet that the emails follow.
         */
        EmailsInput: {
            /**
             * Instruction
             * @description How the new one is to differ, such as `shorter`; goes with `part` only.
             */
            instruction?: string | null;
            /**
             * Leadmagnetid
             * Format: uuid
             * @description The lead magnet that the emails follow; it must be the caller's.
             */
            leadMagnetId: string;
            /**
             * Part
             * @description The part of the lead magnet's present text to make again, by its key: a post's hook type, an email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is made.
             */
            part?: string | null;
            /**
             * Useai
             * @description False: the fixed template writes all emails, and no provider call is made.
             * @default true
             */
            useAI?: boolean;
        };
        /**
         * EmailsJob
         * @description What a job of type emails has beyond the fields of all jobs.
         */
        EmailsJob: {
            /** Input */
            input: components["schemas"]["EmailsInput"] | components["schemas"]["Erased"];
            /** Items */
            items: components["schemas"]["Email"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "emails";
            result: components["schemas"]["EmailsResult"] | null;
        };
        /**
         * EmailsResult
         * @description The sequence, and whether the fixed template had to stand in.
         */
        EmailsResult: {
            /**
             * Emails
             * @description Five emails, one for each of the days 0 to 4, in order.
             */
            emails: components["schemas"]["Email"][];
            /**
             * @description Why the model's emails are not used; null also when not asked for.
             * @default null
             */
            fallbackReason?: components["schemas"]["ErrorCode"] | null;
            /**
             * Usedfallback
             * @description True when the fixed template wrote some of them.
             */
            usedFallback: boolean;
        };
        /**
         * Embed
         * @description A video or table of another site.
         */
        Embed: {
            /**
             * Content
             * @description What stands below it; may be empty.
             * @default
             */
            content?: string;
            /** @description Whose page it is; follows from the address. */
            provider: components["schemas"]["Provider"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "embed";
            /**
             * Url
             * @description The page's address, taken from the content.
             */
            url: string;
        };
        /**
         * Erased
         * @description Nothing: the texts of this job were deleted.
         */
        Erased: Record<string, never>;
        /**
         * ErrorCode
         * @description Why a job failed; a closed set that clients may rely on.
         * @enum {string}
         */
        ErrorCode: "AI_REFUSED" | "AI_INVALID_OUTPUT" | "AI_ERROR" | "AI_UNAVAILABLE" | "DEADLINE_EXCEEDED" | "ATTEMPTS_EXHAUSTED" | "BUDGET_EXCEEDED" | "INVALID_INPUT" | "INTERNAL_ERROR";
        /**
         * ErrorCount
         * @description Jobs that failed with a code; `rate` is their part of those that completed or failed.
         */
        ErrorCount: {
            /** Code */
            code: string;
            /** Count */
            count: number;
            /** Rate */
            rate: number;
        };
        /**
         * Estimate
         * @description When the job will begin and end. No promise: it changes with what is ahead, and with the provider.
         */
        Estimate: {
            /** @description When its next attempt begins; null while it runs, and where that is unknown. */
            begins: components["schemas"]["Span"] | null;
            /** @description When it ends; null where that is unknown. */
            ends: components["schemas"]["Span"] | null;
            /**
             * Runs
             * @description How many recent runs that rests on; 0 where nothing is known.
             */
            runs: number;
            /**
             * Unknownbecause
             * @description Why nothing is known, for programs: a code of `why`, `no_recent_runs`, `longer_than_usual`, `unobserved`, or another word; null where something is.
             */
            unknownBecause: string | null;
        };
        /**
         * EstimateCoverage
         * @description How often the newest 200 runs kept to the estimate that they would have been given when accepted.
         *
         *     Shares from 0 to 1: half of them should begin and end by P50, nine of ten by P90.
         */
        EstimateCoverage: {
            /** Beganbyp50 */
            beganByP50: number;
            /** Beganbyp90 */
            beganByP90: number;
            /** Endedbyp50 */
            endedByP50: number;
            /** Endedbyp90 */
            endedByP90: number;
            /** Runs */
            runs: number;
        };
        /**
         * Evaluation
         * @description The model's own view of a variation.
         */
        Evaluation: {
            /** Aiclichefree */
            aiClicheFree: boolean;
            /** Contentsspecific */
            contentsSpecific: boolean;
            /** Credibilityclear */
            credibilityClear: boolean;
            hookStrength: components["schemas"]["HookStrength"];
            problemResonance: components["schemas"]["Resonance"];
            toneMatch: components["schemas"]["ToneMatch"];
        };
        /**
         * EventLetter
         * @description A message of the stream that is not part of any job's history.
         */
        EventLetter: {
            /** Excerpt */
            excerpt: string;
            /**
             * Problem
             * @enum {string}
             */
            problem: "invalid" | "refused" | "after_end" | "foreign";
            /** Sequence */
            sequence: number;
            /** Size */
            size: number;
            /** Subject */
            subject: string;
        };
        /**
         * ExampleInputs
         * @description By job type an input to begin with; a type whose input only names stored rows has none.
         */
        ExampleInputs: {
            /** Items */
            items: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
        };
        /**
         * ExtractedContent
         * @description The content as a lead magnet keeps it: the owner may have emptied parts of it.
         */
        ExtractedContent: {
            /**
             * Commonmistakes
             * @description What readers get wrong, one mistake in each entry.
             * @default []
             */
            commonMistakes?: string[];
            /**
             * Differentiation
             * @description How the owner's way differs from the usual one.
             * @default
             */
            differentiation?: string;
            /**
             * Format
             * @description How it is delivered, such as a guide or a checklist.
             * @default
             */
            format?: string;
            /**
             * Nonobviousinsight
             * @description What readers would not have guessed.
             * @default
             */
            nonObviousInsight?: string;
            /**
             * Personalexperience
             * @description What the owner went through, in the first person.
             * @default
             */
            personalExperience?: string;
            /**
             * Proof
             * @description Numbers and results that show that it works.
             * @default
             */
            proof?: string;
            /**
             * Structure
             * @description Its sections in order.
             */
            structure: components["schemas"]["ContentSection"][];
            /**
             * Title
             * @description The title of the content; that of the concept until the owner edits it.
             */
            title: string;
        };
        /**
         * ExtractionInput
         * @description A concept and the answers to its archetype's questions.
         */
        ExtractionInput: {
            /**
             * Action
             * @description Accepted from older callers and ignored: the archetype decides.
             */
            action?: string | null;
            /**
             * Answers
             * @description By question id, what the owner answered; optional questions may be missing.
             */
            answers: {
                [key: string]: string;
            };
            /** @description Which kind of lead magnet is made; decides the questions and the result. */
            archetype: components["schemas"]["Archetype"];
            /** @description What the owner says about their business; null when not sent. */
            businessContext?: components["schemas"]["BusinessContext"] | null;
            /** @description The concept that the owner chose. */
            concept: components["schemas"]["ChosenConcept"];
            /**
             * Instruction
             * @description How the new one is to differ, such as `shorter`; goes with `part` only.
             */
            instruction?: string | null;
            /**
             * Part
             * @description The part of the lead magnet's present text to make again, by its key: a post's hook type, an email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is made.
             */
            part?: string | null;
            /** @description What the owner's sales calls show; null without an analysis of calls. */
            transcriptInsights?: components["schemas"]["CallTranscriptInsights"] | null;
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * ExtractionJob
         * @description What a job of type extraction has beyond the fields of all jobs.
         */
        ExtractionJob: {
            /** Input */
            input: components["schemas"]["ExtractionInput"] | components["schemas"]["Erased"];
            /** Items */
            items: components["schemas"]["SectionItem"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "extraction";
            result: components["schemas"]["ExtractionResult"] | null;
        };
        /** ExtractionRequest */
        ExtractionRequest: {
            /**
             * Action
             * @description Accepted from older callers and ignored: the archetype decides.
             */
            action?: string | null;
            /**
             * Answers
             * @description By question id, what the owner answered; optional questions may be missing.
             */
            answers: {
                [key: string]: string;
            };
            /** @description Which kind of lead magnet is made; decides the questions and the result. */
            archetype: components["schemas"]["Archetype"];
            /** @description What the owner says about their business; null when not sent. */
            businessContext?: components["schemas"]["BusinessContext"] | null;
            /** @description The concept that the owner chose. */
            concept: components["schemas"]["ChosenConcept"];
            /**
             * Instruction
             * @description How the new one is to differ, such as `shorter`; goes with `part` only.
             */
            instruction?: string | null;
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /**
             * Part
             * @description The part of the lead magnet's present text to make again, by its key: a post's hook type, an email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is made.
             */
            part?: string | null;
            /** @description What the owner's sales calls show; null without an analysis of calls. */
            transcriptInsights?: components["schemas"]["CallTranscriptInsights"] | null;
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * ExtractionResult
         * @description Content, or for the three interactive archetypes a configuration: exactly one of the two.
         */
        ExtractionResult: {
            /**
             * @description The content; null for the three interactive archetypes.
             * @default null
             */
            extractedContent?: components["schemas"]["WrittenContent"] | null;
            /**
             * Interactiveconfig
             * @description The calculator, assessment or chat; null for the other seven archetypes.
             * @default null
             */
            interactiveConfig?: components["schemas"]["CalculatorConfig"] | components["schemas"]["AssessmentConfig"] | components["schemas"]["GptConfig"] | null;
        };
        /**
         * FieldError
         * @description What is wrong with one field of the request.
         */
        FieldError: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * Figures
         * @description Of jobs that ended: how many and how, seconds, tokens, money. Seconds are null where none is known.
         *
         *     The queue wait is from the 202 to the first attempt, the run time from there to the end of those that
         *     completed. Tokens and money are those of the whole jobs.
         */
        Figures: {
            /**
             * Cancelled
             * @default 0
             */
            cancelled?: number;
            /**
             * Completed
             * @default 0
             */
            completed?: number;
            /**
             * Costusd
             * @default 0
             */
            costUsd?: string;
            /**
             * Failed
             * @default 0
             */
            failed?: number;
            /**
             * Inputtokens
             * @default 0
             */
            inputTokens?: number;
            /**
             * Outputtokens
             * @default 0
             */
            outputTokens?: number;
            /** Queuewaitp50 */
            queueWaitP50?: number | null;
            /** Queuewaitp95 */
            queueWaitP95?: number | null;
            /** Runtimep50 */
            runTimeP50?: number | null;
            /** Runtimep95 */
            runTimeP95?: number | null;
            /**
             * Wastedusd
             * @default 0
             */
            wastedUsd?: string;
        };
        /**
         * FileName
         * @enum {string}
         */
        FileName: "content.md" | "content.html" | "content.pdf" | "content.docx" | "page.md" | "page.html" | "page.pdf" | "page.docx" | "posts.md" | "posts.csv" | "emails.md" | "emails.csv" | "tool.html";
        /**
         * Found
         * @description What the dry run counted; `costUsd` is null where the action costs nothing.
         */
        Found: {
            /** Bytype */
            byType: components["schemas"]["TypeForecast"][];
            /** Costusd */
            costUsd: string | null;
            /** Eligible */
            eligible: number;
            /** Noteligible */
            notEligible: components["schemas"]["NotEligible"][];
        };
        /**
         * Frequency
         * @description How often callers spoke of a pain; recurring means two or three times.
         * @enum {string}
         */
        Frequency: "mentioned-once" | "recurring" | "dominant";
        /**
         * GptConfig
         * @description A chat with one job.
         */
        GptConfig: {
            /** Description */
            description: string;
            /**
             * Maxtokens
             * @default 2048
             */
            maxTokens?: number;
            /** Name */
            name: string;
            /**
             * Suggestedprompts
             * @default []
             */
            suggestedPrompts?: string[];
            /** Systemprompt */
            systemPrompt: string;
            /**
             * Welcomemessage
             * @default
             */
            welcomeMessage?: string;
        };
        /**
         * History
         * @description All events of a job after the cursor: `{seq, event, time, attempt, …the event's body}` each.
         */
        History: {
            /** Items */
            items: {
                [key: string]: unknown;
            }[];
        };
        /**
         * HookStrength
         * @description How much the first lines hold a reader.
         * @enum {string}
         */
        HookStrength: "strong" | "medium" | "weak";
        /**
         * HourlySpend
         * @description US dollars of settled calls in this hour of the clock; a null cap is not known yet.
         *
         *     `holdsBulk` and `holdsAll` say what waits until `resetsAt`, unless an operator has waived the cap until
         *     then.
         */
        HourlySpend: {
            /** Cap */
            cap: string | null;
            /** Holdsall */
            holdsAll: boolean;
            /** Holdsbulk */
            holdsBulk: boolean;
            /** Resetsat */
            resetsAt: string;
            /**
             * Spent
             * @default 0
             */
            spent?: string;
            /** Waivedat */
            waivedAt: string | null;
            /** Waivedby */
            waivedBy: string | null;
            /** Waiveduntil */
            waivedUntil: string | null;
        };
        /**
         * How
         * @description From what a run is run again.
         * @enum {string}
         */
        How: "kept" | "fresh" | "edited";
        /**
         * IdeationInput
         * @description The business context at the top level, and optional sources beside it.
         */
        IdeationInput: {
            /**
             * Audiencetools
             * @description Tools that the readers use.
             * @default []
             */
            audienceTools?: string[];
            /**
             * Businessdescription
             * @description What the business does and for whom, in the owner's words.
             */
            businessDescription: string;
            /** @description One of the six kinds of business. */
            businessType: components["schemas"]["BusinessType"];
            /**
             * Credibilitymarkers
             * @description Facts that speak for the owner; numbers work best.
             * @default []
             */
            credibilityMarkers?: string[];
            /**
             * Frequentquestions
             * @description What customers ask again and again.
             * @default []
             */
            frequentQuestions?: string[];
            /**
             * Processes
             * @description Ways of working that the owner has named or repeated.
             * @default []
             */
            processes?: string[];
            /**
             * Results
             * @description Results that customers reached with the owner.
             * @default []
             */
            results?: string[];
            /** @description Analyses that the ideas may draw on; null when there are none. */
            sources?: components["schemas"]["IdeationSources"] | null;
            /**
             * Successexample
             * @description One success told in some sentences; null when the owner has none to tell.
             */
            successExample?: string | null;
            /**
             * Templates
             * @description Templates that the owner already has.
             * @default []
             */
            templates?: string[];
            /**
             * Tools
             * @description Tools that the owner works with.
             * @default []
             */
            tools?: string[];
            /**
             * Urgentpains
             * @description What the owner's customers suffer from now; pages ask for three.
             * @default []
             */
            urgentPains?: string[];
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * IdeationJob
         * @description What a job of type ideation has beyond the fields of all jobs.
         */
        IdeationJob: {
            /** Input */
            input: components["schemas"]["IdeationInput"] | components["schemas"]["Erased"];
            /** Items */
            items: components["schemas"]["Concept"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "ideation";
            result: components["schemas"]["IdeationResult"] | null;
        };
        /** IdeationRequest */
        IdeationRequest: {
            /**
             * Audiencetools
             * @description Tools that the readers use.
             * @default []
             */
            audienceTools?: string[];
            /**
             * Businessdescription
             * @description What the business does and for whom, in the owner's words.
             */
            businessDescription: string;
            /** @description One of the six kinds of business. */
            businessType: components["schemas"]["BusinessType"];
            /**
             * Credibilitymarkers
             * @description Facts that speak for the owner; numbers work best.
             * @default []
             */
            credibilityMarkers?: string[];
            /**
             * Frequentquestions
             * @description What customers ask again and again.
             * @default []
             */
            frequentQuestions?: string[];
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /**
             * Processes
             * @description Ways of working that the owner has named or repeated.
             * @default []
             */
            processes?: string[];
            /**
             * Results
             * @description Results that customers reached with the owner.
             * @default []
             */
            results?: string[];
            /** @description Analyses that the ideas may draw on; null when there are none. */
            sources?: components["schemas"]["IdeationSources"] | null;
            /**
             * Successexample
             * @description One success told in some sentences; null when the owner has none to tell.
             */
            successExample?: string | null;
            /**
             * Templates
             * @description Templates that the owner already has.
             * @default []
             */
            templates?: string[];
            /**
             * Tools
             * @description Tools that the owner works with.
             * @default []
             */
            tools?: string[];
            /**
             * Urgentpains
             * @description What the owner's customers suffer from now; pages ask for three.
             * @default []
             */
            urgentPains?: string[];
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * IdeationResult
         * @description Ten concepts in archetype order, three picks and a bundle.
         */
        IdeationResult: {
            /**
             * Concepts
             * @description Ten concepts, one for each archetype, in archetype order; titles differ.
             */
            concepts: components["schemas"]["Concept"][];
            recommendations: components["schemas"]["Recommendations"];
            suggestedBundle: components["schemas"]["SuggestedBundle"];
        };
        /**
         * IdeationSources
         * @description Analyses that ideation may draw on.
         */
        IdeationSources: {
            /** @description What the owner's sales calls show; null without an analysis of calls. */
            callTranscriptInsights?: components["schemas"]["CallTranscriptInsights"] | null;
            /** @description What a competitor's lead magnet shows; null without one. */
            competitorAnalysis?: components["schemas"]["CompetitorAnalysis"] | null;
        };
        /**
         * Image
         * @description A picture; added by hand, never by a model.
         */
        Image: {
            /**
             * Alt
             * @description What it shows, for those who cannot see it.
             * @default
             */
            alt?: string;
            /**
             * Caption
             * @description What stands below it.
             * @default
             */
            caption?: string;
            /**
             * Content
             * @description May be empty; every block has the field.
             * @default
             */
            content?: string;
            /**
             * Src
             * @description The picture's address.
             */
            src: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "image";
        };
        /**
         * InputType
         * @description How a figure is entered.
         * @enum {string}
         */
        InputType: "number" | "select" | "slider";
        /**
         * InspectedJob
         * @description A job with its owner; `verdict` says where it is and why, `reason` is the same in one text.
         *
         *     Events are as in its history.
         */
        InspectedJob: {
            /**
             * Attempt
             * @description Starts so far. May exceed `maxAttempts`, since not every attempt counts.
             */
            attempt: number;
            /** Calls */
            calls: components["schemas"]["ProviderCall"][];
            /**
             * Cancelrequested
             * @description Whether its owner asked to stop it, as soon as the log says so.
             */
            cancelRequested: boolean;
            /**
             * Completedat
             * @description When it ended, however it did; null before.
             */
            completedAt: string | null;
            /**
             * Createdat
             * @description When the job was accepted.
             */
            createdAt: string;
            /**
             * Deadlineat
             * @description By when it must have ended; it fails then.
             */
            deadlineAt: string;
            /**
             * Erasedat
             * @description When its texts were deleted: input, result and items are empty since.
             */
            erasedAt?: string | null;
            /**
             * Error
             * @description Why the job failed, for its owner; null unless it did.
             */
            error: string | null;
            /** @description The same for programs. */
            errorCode: components["schemas"]["ErrorCode"] | null;
            /** @description When the job will begin and end, as of the answer (its ETag does not change with it); null once it has ended, and where the job is part of another answer. */
            estimate?: components["schemas"]["Estimate"] | null;
            /**
             * Estimatedstartat
             * @description About when the job starts that waits for its `turn`; null in lists and where nobody can say.
             */
            estimatedStartAt?: string | null;
            /** Events */
            events: {
                [key: string]: unknown;
            }[];
            /**
             * Id
             * Format: uuid
             * @description The job's id, a UUIDv7: ids rise with time.
             */
            id: string;
            /**
             * Input
             * @description What the caller sent, with defaults filled in.
             */
            input: {
                [key: string]: unknown;
            };
            /**
             * Items
             * @description Finished pieces so far, in the result's order.
             */
            items: {
                [key: string]: unknown;
            }[];
            /**
             * Jobtype
             * @description The kind of job.
             */
            jobType: string;
            /**
             * Leadmagnetid
             * @description The lead magnet that it works on; kept when that is deleted.
             */
            leadMagnetId: string | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails; shutdowns and outages do not count.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again.
             */
            parentJobId: string | null;
            /** @description Whether somebody waits for it. */
            priority: components["schemas"]["Priority"];
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /** Reason */
            reason: string;
            /**
             * Result
             * @description The result of a completed job, in its job type's shape.
             */
            result: {
                [key: string]: unknown;
            } | null;
            /**
             * Retryat
             * @description When the next attempt may begin; null unless the job waits for one.
             */
            retryAt: string | null;
            /**
             * Seq
             * @description Number of its newest event; 0 until the first one is folded.
             */
            seq: number;
            /**
             * Startedat
             * @description When its first attempt began; null before.
             */
            startedAt: string | null;
            /** @description Where the job is. `completed`, `failed` and `cancelled` are final. */
            status: components["schemas"]["Status"];
            /**
             * Updatedat
             * @description When its newest event was written.
             */
            updatedAt: string;
            /** @description What its settled calls used so far. */
            usage: components["schemas"]["JobUsage"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
            /**
             * Verdict
             * @default []
             */
            verdict?: components["schemas"]["OperatorCause"][];
            /**
             * Waitingfor
             * @description What holds the job up: `turn` (others come first), `cap` (as many of its owner's jobs run as may run at once), `slot`, `retry`, `provider`, `paused`, or another word, to be read as waiting; null while it runs and once it has ended.
             */
            waitingFor: string | null;
            /**
             * Why
             * @description Why the job is in its state: all causes, the outermost first, as they were at the time of the answer (its ETag does not change with them); null once it is completed, and where the job is part of another answer.
             */
            why?: components["schemas"]["Cause"][] | null;
        };
        /**
         * Job
         * @description A job with everything.
         */
        Job: {
            /**
             * Attempt
             * @description Starts so far. May exceed `maxAttempts`, since not every attempt counts.
             */
            attempt: number;
            /**
             * Cancelrequested
             * @description Whether its owner asked to stop it, as soon as the log says so.
             */
            cancelRequested: boolean;
            /**
             * Completedat
             * @description When it ended, however it did; null before.
             */
            completedAt: string | null;
            /**
             * Createdat
             * @description When the job was accepted.
             */
            createdAt: string;
            /**
             * Deadlineat
             * @description By when it must have ended; it fails then.
             */
            deadlineAt: string;
            /**
             * Erasedat
             * @description When its texts were deleted: input, result and items are empty since.
             */
            erasedAt?: string | null;
            /**
             * Error
             * @description Why the job failed, for its owner; null unless it did.
             */
            error: string | null;
            /** @description The same for programs. */
            errorCode: components["schemas"]["ErrorCode"] | null;
            /** @description When the job will begin and end, as of the answer (its ETag does not change with it); null once it has ended, and where the job is part of another answer. */
            estimate?: components["schemas"]["Estimate"] | null;
            /**
             * Estimatedstartat
             * @description About when the job starts that waits for its `turn`; null in lists and where nobody can say.
             */
            estimatedStartAt?: string | null;
            /**
             * Id
             * Format: uuid
             * @description The job's id, a UUIDv7: ids rise with time.
             */
            id: string;
            /**
             * Leadmagnetid
             * @description The lead magnet that it works on; kept when that is deleted.
             */
            leadMagnetId: string | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails; shutdowns and outages do not count.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again.
             */
            parentJobId: string | null;
            /** @description Whether somebody waits for it. */
            priority: components["schemas"]["Priority"];
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /**
             * Retryat
             * @description When the next attempt may begin; null unless the job waits for one.
             */
            retryAt: string | null;
            /**
             * Seq
             * @description Number of its newest event; 0 until the first one is folded.
             */
            seq: number;
            /**
             * Startedat
             * @description When its first attempt began; null before.
             */
            startedAt: string | null;
            /** @description Where the job is. `completed`, `failed` and `cancelled` are final. */
            status: components["schemas"]["Status"];
            /**
             * Updatedat
             * @description When its newest event was written.
             */
            updatedAt: string;
            /** @description What its settled calls used so far. */
            usage: components["schemas"]["JobUsage"];
            /**
             * Waitingfor
             * @description What holds the job up: `turn` (others come first), `cap` (as many of its owner's jobs run as may run at once), `slot`, `retry`, `provider`, `paused`, or another word, to be read as waiting; null while it runs and once it has ended.
             */
            waitingFor: string | null;
            /**
             * Why
             * @description Why the job is in its state: all causes, the outermost first, as they were at the time of the answer (its ETag does not change with them); null once it is completed, and where the job is part of another answer.
             */
            why?: components["schemas"]["Cause"][] | null;
        } & (components["schemas"]["IdeationJob"] | components["schemas"]["ExtractionJob"] | components["schemas"]["PolishJob"] | components["schemas"]["PostsJob"] | components["schemas"]["EmailsJob"] | components["schemas"]["AnswersJob"]);
        /**
         * JobAccepted
         * @description The job that was created, or that the same key created before.
         */
        JobAccepted: {
            /** Jobid */
            jobId: string;
            status: components["schemas"]["Status"];
        };
        /**
         * JobList
         * @description A page of jobs; `nextCursor` is null on the last one.
         */
        JobList: {
            /** Items */
            items: components["schemas"]["JobSummary"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * JobOutcome
         * @description A job of a bulk action; `outcome` is null until it had its turn, `resultJobId` runs it again.
         */
        JobOutcome: {
            /** Code */
            code: string | null;
            /** Detail */
            detail: string | null;
            /** Endedat */
            endedAt: string | null;
            /**
             * Jobid
             * Format: uuid
             */
            jobId: string;
            /** Outcome */
            outcome: ("done" | "refused") | null;
            /** Resultjobid */
            resultJobId: string | null;
        };
        /**
         * JobReplayed
         * @description The job that runs the dead one again; the same job on every call.
         */
        JobReplayed: {
            /**
             * Jobid
             * Format: uuid
             */
            jobId: string;
            /**
             * Parentjobid
             * Format: uuid
             */
            parentJobId: string;
            status: components["schemas"]["Status"];
        };
        /**
         * JobSummary
         * @description A job in a list: without its input, its result and its items.
         */
        JobSummary: {
            /**
             * Attempt
             * @description Starts so far. May exceed `maxAttempts`, since not every attempt counts.
             */
            attempt: number;
            /**
             * Cancelrequested
             * @description Whether its owner asked to stop it, as soon as the log says so.
             */
            cancelRequested: boolean;
            /**
             * Completedat
             * @description When it ended, however it did; null before.
             */
            completedAt: string | null;
            /**
             * Createdat
             * @description When the job was accepted.
             */
            createdAt: string;
            /**
             * Deadlineat
             * @description By when it must have ended; it fails then.
             */
            deadlineAt: string;
            /**
             * Erasedat
             * @description When its texts were deleted: input, result and items are empty since.
             */
            erasedAt?: string | null;
            /**
             * Error
             * @description Why the job failed, for its owner; null unless it did.
             */
            error: string | null;
            /** @description The same for programs. */
            errorCode: components["schemas"]["ErrorCode"] | null;
            /**
             * Estimatedstartat
             * @description About when the job starts that waits for its `turn`; null in lists and where nobody can say.
             */
            estimatedStartAt?: string | null;
            /**
             * Id
             * Format: uuid
             * @description The job's id, a UUIDv7: ids rise with time.
             */
            id: string;
            /**
             * Jobtype
             * @description The kind of job.
             */
            jobType: string;
            /**
             * Leadmagnetid
             * @description The lead magnet that it works on; kept when that is deleted.
             */
            leadMagnetId: string | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails; shutdowns and outages do not count.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again.
             */
            parentJobId: string | null;
            /** @description Whether somebody waits for it. */
            priority: components["schemas"]["Priority"];
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /**
             * Retryat
             * @description When the next attempt may begin; null unless the job waits for one.
             */
            retryAt: string | null;
            /**
             * Seq
             * @description Number of its newest event; 0 until the first one is folded.
             */
            seq: number;
            /**
             * Startedat
             * @description When its first attempt began; null before.
             */
            startedAt: string | null;
            /** @description Where the job is. `completed`, `failed` and `cancelled` are final. */
            status: components["schemas"]["Status"];
            /**
             * Updatedat
             * @description When its newest event was written.
             */
            updatedAt: string;
            /** @description What its settled calls used so far. */
            usage: components["schemas"]["JobUsage"];
            /**
             * Waitingfor
             * @description What holds the job up: `turn` (others come first), `cap` (as many of its owner's jobs run as may run at once), `slot`, `retry`, `provider`, `paused`, or another word, to be read as waiting; null while it runs and once it has ended.
             */
            waitingFor: string | null;
        };
        /**
         * JobTypeQueue
         * @description Work waiting for attempts at one job type; counts are null until the broker was first asked.
         *
         *     `pending` were never delivered, `ackPending` are running or wait for their next attempt, `redelivered`
         *     were delivered more than once and are not done. `isPaused` is what an operator wants, `isHeldBack` what
         *     the broker does: it follows within seconds. `estimates` is null where fewer than 20 recent runs can be
         *     judged.
         */
        JobTypeQueue: {
            /** Ackpending */
            ackPending: number | null;
            estimates?: components["schemas"]["EstimateCoverage"] | null;
            /** Isheldback */
            isHeldBack: boolean | null;
            /** Ispaused */
            isPaused: boolean;
            /** Jobtype */
            jobType: string;
            /** Pausedat */
            pausedAt: string | null;
            /** Pausedby */
            pausedBy: string | null;
            /** Pending */
            pending: number | null;
            /** Redelivered */
            redelivered: number | null;
            /** Seenat */
            seenAt: string | null;
            /** Waitingpulls */
            waitingPulls: number | null;
        };
        /**
         * JobTypeState
         * @description The same of a job type.
         */
        JobTypeState: {
            /** Jobtype */
            jobType: string;
            /** Paused */
            paused: boolean;
            /** Perminute */
            perMinute?: number | null;
        };
        /**
         * JobUsage
         * @description What the job's calls have used so far; the wasted part of the cost bought nothing.
         */
        JobUsage: {
            /**
             * Cachereadtokens
             * @description Tokens sent that the provider had in its cache, which cost less.
             */
            cacheReadTokens: number;
            /**
             * Cachesavedusd
             * @description What the provider's cache saved, in US dollars; below zero where writing to it cost more.
             * @default 0
             */
            cacheSavedUsd?: string;
            /**
             * Cachewritetokens
             * @description Tokens sent that the provider wrote to its cache, which cost more.
             * @default 0
             */
            cacheWriteTokens?: number;
            /**
             * Costusd
             * @description Everything paid, in US dollars.
             * @default 0
             */
            costUsd?: string;
            /**
             * Inputtokens
             * @description Tokens sent, without those written to or read from the provider's cache.
             */
            inputTokens: number;
            /**
             * Outputtokens
             * @description Tokens that the provider wrote.
             */
            outputTokens: number;
            /**
             * Wastedusd
             * @description The part of `costUsd` that bought nothing: calls cut off, cancelled or written off.
             * @default 0
             */
            wastedUsd?: string;
        };
        /**
         * Language
         * @description A language of our texts, by its code as HTML has it.
         * @enum {string}
         */
        Language: "en" | "de" | "fr" | "es" | "pt";
        /**
         * LeadMagnet
         * @description A lead magnet with everything.
         */
        LeadMagnet: {
            /** Archetype */
            archetype: string;
            /** Concept */
            concept: {
                [key: string]: unknown;
            } | null;
            /** Createdat */
            createdAt: string;
            /** Ctaword */
            ctaWord: string | null;
            /** Dmtemplate */
            dmTemplate: string | null;
            /** Externalurl */
            externalUrl: string | null;
            /** Extractedcontent */
            extractedContent: {
                [key: string]: unknown;
            } | null;
            /** Generatedcontent */
            generatedContent: {
                [key: string]: unknown;
            } | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Ideationjobid */
            ideationJobId: string | null;
            /** Interactiveconfig */
            interactiveConfig: {
                [key: string]: unknown;
            } | null;
            /** Iscustomidea */
            isCustomIdea: boolean;
            /**
             * Isfavourite
             * @default false
             */
            isFavourite?: boolean;
            jobs: components["schemas"]["PartJobs"];
            /** Linkedinpost */
            linkedinPost: string | null;
            /** Polishedat */
            polishedAt: string | null;
            /** Polishedcontent */
            polishedContent: {
                [key: string]: unknown;
            } | null;
            /** Postvariations */
            postVariations: {
                [key: string]: unknown;
            }[] | null;
            /** Publishedat */
            publishedAt: string | null;
            /**
             * Replaced
             * @description Deprecated: read `…/versions`. The owner's own versions that were replaced, the newest five of each piece
             * @default []
             */
            replaced?: components["schemas"]["ReplacedText"][];
            /** Scheduledtime */
            scheduledTime: string | null;
            status: components["schemas"]["LeadMagnetStatus"];
            /** Title */
            title: string;
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * LeadMagnetChanges
         * @description What is to be changed; what is left out stays, null takes a part away.
         */
        LeadMagnetChanges: {
            archetype?: components["schemas"]["Archetype"] | null;
            concept?: components["schemas"]["ChosenConcept"] | null;
            /** Ctaword */
            ctaWord?: string | null;
            /** Dmtemplate */
            dmTemplate?: string | null;
            /** Externalurl */
            externalUrl?: string | null;
            extractedContent?: components["schemas"]["ExtractedContent"] | null;
            /** Generatedcontent */
            generatedContent?: {
                [key: string]: unknown;
            } | null;
            /** Interactiveconfig */
            interactiveConfig?: {
                [key: string]: unknown;
            } | null;
            /** Isfavourite */
            isFavourite?: boolean | null;
            /** Linkedinpost */
            linkedinPost?: string | null;
            polishedContent?: components["schemas"]["PolishedContent"] | null;
            /** Postvariations */
            postVariations?: components["schemas"]["PostVariation"][] | null;
            /** Scheduledtime */
            scheduledTime?: string | null;
            status?: components["schemas"]["LeadMagnetStatus"] | null;
            /** Title */
            title?: string | null;
        };
        /**
         * LeadMagnetEmails
         * @description The emails as their owner sees them.
         */
        LeadMagnetEmails: {
            /** Createdat */
            createdAt: string;
            /** Emails */
            emails: components["schemas"]["Email"][];
            fallbackReason: components["schemas"]["ErrorCode"] | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Leadmagnetid
             * Format: uuid
             */
            leadMagnetId: string;
            /** Status */
            status: string;
            /** Updatedat */
            updatedAt: string;
            /** Usedfallback */
            usedFallback: boolean;
            /**
             * Version
             * @default 1
             */
            version?: number;
        };
        /**
         * LeadMagnetList
         * @description A page of lead magnets; `nextCursor` is null on the last one.
         */
        LeadMagnetList: {
            /** Items */
            items: components["schemas"]["LeadMagnetSummary"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * LeadMagnetStatus
         * @description What the owner does with it; jobs never write it.
         * @enum {string}
         */
        LeadMagnetStatus: "draft" | "published" | "scheduled" | "archived";
        /**
         * LeadMagnetSummary
         * @description A lead magnet in a list: without its parts.
         */
        LeadMagnetSummary: {
            /** Archetype */
            archetype: string;
            /** Createdat */
            createdAt: string;
            /** Externalurl */
            externalUrl: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Ideationjobid */
            ideationJobId: string | null;
            /** Iscustomidea */
            isCustomIdea: boolean;
            /**
             * Isfavourite
             * @default false
             */
            isFavourite?: boolean;
            jobs: components["schemas"]["PartJobs"];
            /** Polishedat */
            polishedAt: string | null;
            /** Publishedat */
            publishedAt: string | null;
            /** Scheduledtime */
            scheduledTime: string | null;
            status: components["schemas"]["LeadMagnetStatus"];
            /** Title */
            title: string;
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * LimitState
         * @description The provider's limits of a class of models, as a process that called one of them knows them.
         */
        LimitState: {
            /** Closeduntil */
            closedUntil: string | null;
            /** Inputtokens */
            inputTokens: number | null;
            /** Isalone */
            isAlone: boolean;
            /** Modelclass */
            modelClass: string;
            /** Outputtokens */
            outputTokens: number | null;
            /** Requests */
            requests: number | null;
            /** Waiting */
            waiting: number;
        };
        /**
         * ListedSource
         * @description A source without its text.
         */
        ListedSource: {
            /**
             * Characters
             * @description Of its text.
             */
            characters: number;
            /** Createdat */
            createdAt: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kind
             * @description `pasted`, `txt`, `md`, `vtt`, `srt`, `docx` or `pdf`.
             */
            kind: string;
            /**
             * Leadmagnetid
             * @description The lead magnet that it is for; null for all.
             */
            leadMagnetId: string | null;
            /**
             * Leftout
             * @description Characters of its end that were not taken: it was too long.
             */
            leftOut: number;
            /** Name */
            name: string;
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * ListedUser
         * @description A user in the operators' list.
         *
         *     `liveJobs` is counted up to 1,000. Money is US dollars of settled calls, days and months are UTC.
         *     `pausedAt` is null unless an operator has paused the user; then `perMinute` is the pace of a gradual
         *     resumption, or null.
         */
        ListedUser: {
            /** Createdat */
            createdAt: string;
            /** Email */
            email: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Livejobs */
            liveJobs: number;
            /** Pausedat */
            pausedAt: string | null;
            /** Perminute */
            perMinute: number | null;
            /** Plan */
            plan: string;
            /**
             * Spentthismonth
             * @default 0
             */
            spentThisMonth?: string;
            /**
             * Spenttoday
             * @default 0
             */
            spentToday?: string;
        };
        /**
         * LiveJobsOfDay
         * @description A user's jobs of a type that were accepted on a day, UTC, and have not ended.
         */
        LiveJobsOfDay: {
            /**
             * Date
             * Format: date
             */
            date: string;
            /** Jobtype */
            jobType: string;
            /**
             * Running
             * @description The others, also between attempts.
             */
            running: number;
            /**
             * Waiting
             * @description Those that no attempt has begun of.
             */
            waiting: number;
        };
        /**
         * ModelBreakers
         * @description A model and how many processes have called it.
         *
         *     In `open` of them calls are refused, in `halfOpen` only a probe is let through; `openIn` are their
         *     services.
         */
        ModelBreakers: {
            /** Halfopen */
            halfOpen: number;
            /** Model */
            model: string;
            /** Open */
            open: number;
            /** Openin */
            openIn: string[];
            /** Processes */
            processes: number;
        };
        /**
         * ModelState
         * @description A model that a process has called.
         */
        ModelState: {
            /** Breaker */
            breaker: string;
            /** Model */
            model: string;
        };
        /**
         * NewEmails
         * @description Five emails, one for each of the days 0 to 4, in order.
         */
        NewEmails: {
            /** Emails */
            emails: components["schemas"]["Email"][];
        };
        /**
         * NewLeadMagnet
         * @description A concept of an ideation job (`ideationJobId`, `conceptIndex`), or the user's own idea.
         */
        NewLeadMagnet: {
            /** @default single-breakdown */
            archetype?: components["schemas"]["Archetype"];
            /** Conceptindex */
            conceptIndex?: number | null;
            /**
             * Contents
             * @default
             */
            contents?: string;
            /**
             * Deliveryformat
             * @default
             */
            deliveryFormat?: string;
            /** Ideationjobid */
            ideationJobId?: string | null;
            /** Painsolved */
            painSolved?: string | null;
            /** Title */
            title?: string | null;
            /**
             * Whynowhook
             * @default
             */
            whyNowHook?: string;
        };
        /**
         * NewPublication
         * @description How it is published.
         */
        NewPublication: {
            /**
             * Islisted
             * @description Whether search engines may list it.
             * @default false
             */
            isListed?: boolean;
        };
        /**
         * NewSource
         * @description A pasted text; without a lead magnet it is for all of its owner's.
         */
        NewSource: {
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Name */
            name: string;
            /** Text */
            text: string;
        };
        /**
         * NotEligible
         * @description Jobs that match and to which nothing will be done.
         */
        NotEligible: {
            /** Count */
            count: number;
            /** Reason */
            reason: string;
            /** Text */
            text: string;
        };
        /**
         * Now
         * @description Jobs that have not ended, by what they do; `overdue` ones are more than 30 s past their deadline.
         *
         *     `deadLetters` are failed jobs that were not run again, among the newest 10,000 failures.
         */
        Now: {
            /** Deadletters */
            deadLetters: number;
            /** Overdue */
            overdue: number;
            /** Retrying */
            retrying: number;
            /** Running */
            running: number;
            /** Waiting */
            waiting: number;
        };
        /**
         * NumberedItem
         * @description One of several things in order.
         */
        NumberedItem: {
            /**
             * Category
             * @description What kind of thing it is; empty when it needs no name.
             * @default
             */
            category?: string;
            /**
             * Content
             * @description The text.
             */
            content: string;
            /**
             * Detail
             * @description More for those who want it; empty when there is none.
             * @default
             */
            detail?: string;
            /**
             * Number
             * @description Its place in the section, from 1; counted by us.
             */
            number: number;
            /**
             * Title
             * @description What it is called.
             */
            title: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "numbered-item";
        };
        /**
         * Objection
         * @description A caller's objection to buying, and what is behind it.
         */
        Objection: {
            /**
             * Objection
             * @description What callers say against buying.
             */
            objection: string;
            /**
             * Underlyingconcern
             * @description What worries them behind it; empty when the analysis does not say.
             * @default
             */
            underlyingConcern?: string;
        };
        /**
         * OpenCap
         * @description How many, of which nobody keeps a sum.
         */
        OpenCap: {
            /** Limit */
            limit: number;
        };
        /**
         * OperatorCause
         * @description One cause of a job's state, for operators.
         */
        OperatorCause: {
            /**
             * Advice
             * @description What to do; null where there is nothing to do, or if it is stale.
             */
            advice: string | null;
            /**
             * Ageseconds
             * @description How long ago that was, in seconds.
             */
            ageSeconds: number;
            /**
             * Code
             * @description What it is, for programs: the word of `waitingFor` where there is one, or another, to be read as waiting while the job has not ended.
             */
            code: string;
            /**
             * Evidence
             * @description What it rests on, by name: numbers, and times as text. Of other users, counts only.
             */
            evidence: {
                [key: string]: number | string | null;
            };
            /**
             * Isfresh
             * @description Whether that is recent enough to act on.
             */
            isFresh: boolean;
            /**
             * Ownertext
             * @description What the job's owner is told.
             */
            ownerText: string;
            /**
             * Seenat
             * @description When that was seen.
             */
            seenAt: string;
            /**
             * Text
             * @description The same in a sentence for the job's owner.
             */
            text: string;
        };
        /**
         * OperatorJob
         * @description A job with its owner.
         */
        OperatorJob: {
            /**
             * Attempt
             * @description Starts so far. May exceed `maxAttempts`, since not every attempt counts.
             */
            attempt: number;
            /**
             * Cancelrequested
             * @description Whether its owner asked to stop it, as soon as the log says so.
             */
            cancelRequested: boolean;
            /**
             * Completedat
             * @description When it ended, however it did; null before.
             */
            completedAt: string | null;
            /**
             * Createdat
             * @description When the job was accepted.
             */
            createdAt: string;
            /**
             * Deadlineat
             * @description By when it must have ended; it fails then.
             */
            deadlineAt: string;
            /**
             * Erasedat
             * @description When its texts were deleted: input, result and items are empty since.
             */
            erasedAt?: string | null;
            /**
             * Error
             * @description Why the job failed, for its owner; null unless it did.
             */
            error: string | null;
            /** @description The same for programs. */
            errorCode: components["schemas"]["ErrorCode"] | null;
            /**
             * Estimatedstartat
             * @description About when the job starts that waits for its `turn`; null in lists and where nobody can say.
             */
            estimatedStartAt?: string | null;
            /**
             * Id
             * Format: uuid
             * @description The job's id, a UUIDv7: ids rise with time.
             */
            id: string;
            /**
             * Jobtype
             * @description The kind of job.
             */
            jobType: string;
            /**
             * Leadmagnetid
             * @description The lead magnet that it works on; kept when that is deleted.
             */
            leadMagnetId: string | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails; shutdowns and outages do not count.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again.
             */
            parentJobId: string | null;
            /** @description Whether somebody waits for it. */
            priority: components["schemas"]["Priority"];
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /**
             * Retryat
             * @description When the next attempt may begin; null unless the job waits for one.
             */
            retryAt: string | null;
            /**
             * Seq
             * @description Number of its newest event; 0 until the first one is folded.
             */
            seq: number;
            /**
             * Startedat
             * @description When its first attempt began; null before.
             */
            startedAt: string | null;
            /** @description Where the job is. `completed`, `failed` and `cancelled` are final. */
            status: components["schemas"]["Status"];
            /**
             * Updatedat
             * @description When its newest event was written.
             */
            updatedAt: string;
            /** @description What its settled calls used so far. */
            usage: components["schemas"]["JobUsage"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
            /**
             * Waitingfor
             * @description What holds the job up: `turn` (others come first), `cap` (as many of its owner's jobs run as may run at once), `slot`, `retry`, `provider`, `paused`, or another word, to be read as waiting; null while it runs and once it has ended.
             */
            waitingFor: string | null;
        };
        /**
         * OperatorJobList
         * @description A page of jobs of all users; `nextCursor` is null on the last one.
         *
         *     A search, by `text` or `costAbove`, looks at 2,000 jobs for one page: `searched` says at how many, and
         *     `searchedTo` back to when, where there are more. Such a page may be short or empty and still have a next.
         */
        OperatorJobList: {
            /** Items */
            items: components["schemas"]["OperatorJob"][];
            /** Nextcursor */
            nextCursor: string | null;
            /** Searched */
            searched?: number | null;
            /** Searchedto */
            searchedTo?: string | null;
        };
        /**
         * OtherBlock
         * @description A block of a later type, kept with all its fields.
         */
        OtherBlock: {
            /**
             * Content
             * @description Its text; may be empty.
             * @default
             */
            content?: string;
            /**
             * Type
             * @description Its type, none of those above.
             */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * OutcomeList
         * @description A page of a bulk action's jobs, by id; `nextCursor` is null on the last one.
         */
        OutcomeList: {
            /** Items */
            items: components["schemas"]["JobOutcome"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * Overview
         * @description What goes on, and what ended in the period. `isWhole` is false where only a part could be counted.
         *
         *     `provider` is what jobs tell of it, `providerReport` what the services do.
         */
        Overview: {
            /** Errorrate */
            errorRate: number | null;
            /** Errors */
            errors: components["schemas"]["ErrorCount"][];
            /** Iswhole */
            isWhole: boolean;
            /** Jobtypes */
            jobTypes: components["schemas"]["TypeFigures"][];
            now: components["schemas"]["Now"];
            period: components["schemas"]["Period"];
            /** Provider */
            provider: components["schemas"]["ProviderWait"][];
            /**
             * @default {
             *       "limits": [],
             *       "models": [],
             *       "silent": 0
             *     }
             */
            providerReport?: components["schemas"]["ProviderReport"];
            /** Services */
            services: components["schemas"]["Service"][];
            /** Since */
            since: string;
            spend: components["schemas"]["HourlySpend"];
            /** Steps */
            steps: components["schemas"]["Step"][];
            total: components["schemas"]["Figures"];
            /** Until */
            until: string;
        };
        /**
         * OwnCaps
         * @description Caps of one user that replace those of their plan: null is no cap; what is not given is as in the plan.
         *
         *     Streams have none: each process opens some without asking the others.
         */
        OwnCaps: {
            /**
             * Draftbytes
             * @description Bytes of all drafts and answers together.
             */
            draftBytes?: number | null;
            /**
             * Drafts
             * @description Wizard drafts.
             * @default 50
             */
            drafts?: number;
            /**
             * Jobsaday
             * @description Jobs submitted on a day, by job type.
             * @default {}
             */
            jobsADay?: {
                [key: string]: number | null;
            };
            /**
             * Leadmagnetsperideation
             * @description Lead magnets from one ideation.
             */
            leadMagnetsPerIdeation?: number | null;
            /**
             * Livejobs
             * @description Jobs that have not ended.
             */
            liveJobs?: number | null;
            /**
             * Spendaday
             * @description US dollars on a day, UTC.
             */
            spendADay?: number | string | null;
            /**
             * Spendamonth
             * @description US dollars in a calendar month, UTC.
             */
            spendAMonth?: number | string | null;
            /**
             * Storedbytes
             * @description Bytes that the database keeps of the user's work.
             */
            storedBytes?: number | null;
        };
        /**
         * PageMetadata
         * @description How long the page is.
         */
        PageMetadata: {
            /**
             * Readingtimeminutes
             * @description Minutes at 200 words a minute, at least 1; set by us, not by the model.
             */
            readingTimeMinutes: number;
            /**
             * Wordcount
             * @description Words of summary, introductions, takeaways and blocks; set by us.
             */
            wordCount: number;
        };
        /**
         * PainPoint
         * @description A pain in a caller's own words.
         */
        PainPoint: {
            /** @description How often callers spoke of it, as the analysis counted. */
            frequency: components["schemas"]["Frequency"];
            /**
             * Quote
             * @description What a caller said, word for word.
             */
            quote: string;
            /**
             * Theme
             * @description The pain in a few words, for grouping.
             */
            theme: string;
        };
        /**
         * Paragraph
         * @description One or two sentences.
         */
        Paragraph: {
            /**
             * Content
             * @description The text.
             */
            content: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "paragraph";
        };
        /**
         * PartJobs
         * @description The jobs whose results the parts are; null for a part that no job made.
         */
        PartJobs: {
            /** Emails */
            emails: string | null;
            /** Extraction */
            extraction: string | null;
            /** Polish */
            polish: string | null;
            /** Posts */
            posts: string | null;
        };
        /**
         * Pause
         * @description What is paused, or resumed gradually: a job type, a user, or everything.
         *
         *     `perMinute` is null while it is paused; else so many requests are let through in a minute, until nothing
         *     waits any more. `resumedBy` and `resumedAt` say who set that, and when.
         */
        Pause: {
            /** Jobtype */
            jobType: string | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "job_type" | "user" | "everything";
            /** Pausedat */
            pausedAt: string;
            /**
             * Pausedby
             * Format: uuid
             */
            pausedBy: string;
            /** Perminute */
            perMinute: number | null;
            /** Resumedat */
            resumedAt: string | null;
            /** Resumedby */
            resumedBy: string | null;
            /** Userid */
            userId: string | null;
        };
        /**
         * PauseList
         * @description All pauses and gradual resumptions, the newest pause first.
         */
        PauseList: {
            /** Items */
            items: components["schemas"]["Pause"][];
        };
        /**
         * Period
         * @description How far back it goes.
         * @enum {string}
         */
        Period: "hour" | "day";
        /**
         * Pick
         * @description One recommended concept and why.
         */
        Pick: {
            /** Conceptindex */
            conceptIndex: number;
            /** Reason */
            reason: string;
        };
        /**
         * PieceVersion
         * @description A version of a piece, without its texts.
         */
        PieceVersion: {
            /** @description Who wrote it last: `owner`, `ai`, or the `template` that stood in */
            author: components["schemas"]["Author"];
            /**
             * Bytes
             * @description Size of its texts
             */
            bytes: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Isoffered
             * @description Whether it waits for the owner to restore or decline it: it was not put in place, since the piece had been edited meanwhile, or since a template stood in
             */
            isOffered: boolean;
            /**
             * Jobid
             * @description The job whose result it is, or was before the owner changed it; null without one
             */
            jobId: string | null;
            /**
             * Keptat
             * @description When it was replaced or offered
             */
            keptAt: string;
            /**
             * Madeat
             * @description When its author wrote it; null where that is not known
             */
            madeAt: string | null;
            /**
             * Piece
             * @description The job type that writes the piece
             */
            piece: string;
            /**
             * Replacedby
             * @description The job whose result took its place; null for a change by hand, or if never in place
             */
            replacedBy: string | null;
        };
        /**
         * PlanRequest
         * @description The plan to put a user on; an unknown name is refused.
         */
        PlanRequest: {
            /**
             * Plan
             * @enum {string}
             */
            plan: "free" | "pro" | "unlimited";
        };
        /**
         * PlannedSection
         * @description A section of the outline; its id is the key of the item.
         */
        PlannedSection: {
            /**
             * Covers
             * @description Which parts of the answers belong in it; empty when the model does not say.
             * @default
             */
            covers?: string;
            /**
             * Id
             * @description A slug of its name, unique in the outline; also the key of the item.
             */
            id: string;
            /**
             * Sectionname
             * @description Its heading.
             */
            sectionName: string;
        };
        /**
         * PolishInput
         * @description The lead magnet to polish.
         */
        PolishInput: {
            /**
             * Instruction
             * @description How the new one is to differ, such as `shorter`; goes with `part` only.
             */
            instruction?: string | null;
            /**
             * Leadmagnetid
             * Format: uuid
             * @description The lead magnet whose content becomes a page; it must be the caller's.
             */
            leadMagnetId: string;
            /**
             * Part
             * @description The part of the lead magnet's present text to make again, by its key: a post's hook type, an email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is made.
             */
            part?: string | null;
        };
        /**
         * PolishJob
         * @description What a job of type polish has beyond the fields of all jobs.
         */
        PolishJob: {
            /** Input */
            input: components["schemas"]["PolishInput"] | components["schemas"]["Erased"];
            /** Items */
            items: components["schemas"]["PolishedSection"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "polish";
            result: components["schemas"]["PolishResult"] | null;
        };
        /**
         * PolishResult
         * @description The page and when it was made.
         */
        PolishResult: {
            /**
             * Polishedat
             * Format: date-time
             * @description When the job finished it; the same time as in the page.
             */
            polishedAt: string;
            polishedContent: components["schemas"]["PolishedContent"];
        };
        /**
         * PolishedContent
         * @description The page.
         */
        PolishedContent: {
            /**
             * Herosummary
             * @description What stands above the sections.
             */
            heroSummary: string;
            /** @description How long the page is; counted again after each edit. */
            metadata: components["schemas"]["PageMetadata"];
            /**
             * Polishedat
             * Format: date-time
             * @description When the job finished the page.
             */
            polishedAt: string;
            /**
             * Sections
             * @description Its sections in the order of the content.
             */
            sections: components["schemas"]["PolishedSection"][];
            /**
             * Title
             * @description The page's title; null where the lead magnet's counts.
             */
            title?: string | null;
            /**
             * Version
             * @description The version of this shape.
             * @default 1
             * @constant
             */
            version?: 1;
        };
        /**
         * PolishedSection
         * @description A section of the page; its id is the anchor.
         */
        PolishedSection: {
            /**
             * Blocks
             * @description What it shows, from top to bottom.
             */
            blocks: ((components["schemas"]["Paragraph"] | components["schemas"]["Callout"] | components["schemas"]["BulletList"] | components["schemas"]["Quote"] | components["schemas"]["Divider"] | components["schemas"]["Code"] | components["schemas"]["Table"] | components["schemas"]["Accordion"] | components["schemas"]["NumberedItem"] | components["schemas"]["StatCard"] | components["schemas"]["Embed"] | components["schemas"]["Image"] | components["schemas"]["Resources"]) | components["schemas"]["OtherBlock"])[];
            /**
             * Id
             * @description A slug of its name, unique on the page; its anchor and the key of the item.
             */
            id: string;
            /**
             * Introduction
             * @description What the section is about, before its blocks.
             * @default
             */
            introduction?: string;
            /**
             * Keytakeaway
             * @description What to remember of it.
             * @default
             */
            keyTakeaway?: string;
            /**
             * Sectionname
             * @description Its heading.
             */
            sectionName: string;
        };
        /**
         * PostVariation
         * @description One post; no two have the same kind of hook.
         */
        PostVariation: {
            /** @description The model's own view of the post. */
            evaluation: components["schemas"]["Evaluation"];
            /**
             * Hooktype
             * @description How the post begins; the key of the item, chosen by us from the input.
             */
            hookType: string;
            /**
             * Post
             * @description The text to publish, with the word that readers comment.
             */
            post: string;
            /**
             * Whythisangle
             * @description Why this beginning suits the readers, for the owner.
             */
            whyThisAngle: string;
        };
        /**
         * PostsInput
         * @description What the posts offer and to whom.
         */
        PostsInput: {
            /**
             * Audience
             * @description Who the readers are.
             * @default
             */
            audience?: string;
            /** @default casual-direct */
            audienceStyle?: components["schemas"]["AudienceStyle"];
            /**
             * Contents
             * @description What is in it, so that posts can name pieces.
             */
            contents: string;
            /**
             * Credibility
             * @description Facts that speak for the owner.
             * @default
             */
            credibility?: string;
            /**
             * Ctaword
             * @description The word that readers comment to get it.
             * @default LINK
             */
            ctaWord?: string;
            /**
             * Format
             * @description How a reader gets it, such as a PDF or a spreadsheet.
             * @default
             */
            format?: string;
            /**
             * Instruction
             * @description How the new one is to differ, such as `shorter`; goes with `part` only.
             */
            instruction?: string | null;
            /**
             * Leadmagnettitle
             * @description What the posts offer.
             */
            leadMagnetTitle: string;
            /**
             * Part
             * @description The part of the lead magnet's present text to make again, by its key: a post's hook type, an email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is made.
             */
            part?: string | null;
            /**
             * Problemsolved
             * @description The pain that it solves for a reader.
             */
            problemSolved: string;
            /**
             * Proof
             * @description Numbers and results; with some, one post begins with a result.
             * @default
             */
            proof?: string;
            /**
             * Urgencyangle
             * @description Why readers should act now; null when there is no reason.
             */
            urgencyAngle?: string | null;
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * PostsJob
         * @description What a job of type posts has beyond the fields of all jobs.
         */
        PostsJob: {
            /** Input */
            input: components["schemas"]["PostsInput"] | components["schemas"]["Erased"];
            /** Items */
            items: components["schemas"]["PostVariation"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "posts";
            result: components["schemas"]["PostsResult"] | null;
        };
        /** PostsRequest */
        PostsRequest: {
            /**
             * Audience
             * @description Who the readers are.
             * @default
             */
            audience?: string;
            /** @default casual-direct */
            audienceStyle?: components["schemas"]["AudienceStyle"];
            /**
             * Contents
             * @description What is in it, so that posts can name pieces.
             */
            contents: string;
            /**
             * Credibility
             * @description Facts that speak for the owner.
             * @default
             */
            credibility?: string;
            /**
             * Ctaword
             * @description The word that readers comment to get it.
             * @default LINK
             */
            ctaWord?: string;
            /**
             * Format
             * @description How a reader gets it, such as a PDF or a spreadsheet.
             * @default
             */
            format?: string;
            /**
             * Instruction
             * @description How the new one is to differ, such as `shorter`; goes with `part` only.
             */
            instruction?: string | null;
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /**
             * Leadmagnettitle
             * @description What the posts offer.
             */
            leadMagnetTitle: string;
            /**
             * Part
             * @description The part of the lead magnet's present text to make again, by its key: a post's hook type, an email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is made.
             */
            part?: string | null;
            /**
             * Problemsolved
             * @description The pain that it solves for a reader.
             */
            problemSolved: string;
            /**
             * Proof
             * @description Numbers and results; with some, one post begins with a result.
             * @default
             */
            proof?: string;
            /**
             * Urgencyangle
             * @description Why readers should act now; null when there is no reason.
             */
            urgencyAngle?: string | null;
            /** @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material. */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * PostsResult
         * @description Three posts, which to use, and the message for people who comment.
         */
        PostsResult: {
            /**
             * Ctaword
             * @description The word that readers comment: the one of the input.
             */
            ctaWord: string;
            /**
             * Dmtemplate
             * @description The message to people who comment; has `{first_name}` and `[LINK]` in it.
             */
            dmTemplate: string;
            /**
             * Recommendation
             * @description Which post to publish first, and why.
             */
            recommendation: string;
            /**
             * Variations
             * @description Three posts with different hooks, in the order in which they were asked for.
             */
            variations: components["schemas"]["PostVariation"][];
        };
        /**
         * Priority
         * @description Whether somebody waits for the job.
         * @enum {string}
         */
        Priority: "interactive" | "bulk";
        /**
         * ProblemDetails
         * @description An error (RFC 9457); `error` says the same as `detail`, `errors` comes with VALIDATION_ERROR.
         */
        Problem: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Error */
            error: string;
            /**
             * Errors
             * @default null
             */
            errors?: components["schemas"]["FieldError"][] | null;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /** Type */
            type: string;
        };
        /**
         * Progress
         * @description How far the job is; all zero before the first progress.
         */
        Progress: {
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Message
             * @description What was done last, for the job's owner.
             */
            message: string;
            /**
             * Total
             * @description Items of the whole result; 0 before the first progress, and where there are none.
             */
            total: number;
        };
        /**
         * Provider
         * @description Whose page may be embedded.
         * @enum {string}
         */
        Provider: "youtube" | "vimeo" | "loom" | "airtable";
        /**
         * ProviderCall
         * @description A provider call in the ledger; while `finishedAt` is null it is running, or was never settled.
         */
        ProviderCall: {
            /** Attempt */
            attempt: number;
            /** Cachereadtokens */
            cacheReadTokens: number;
            /**
             * Cachesavedusd
             * @default 0
             */
            cacheSavedUsd?: string;
            /** Cachewritetokens */
            cacheWriteTokens: number;
            /**
             * Callid
             * Format: uuid
             */
            callId: string;
            /**
             * Costusd
             * @default 0
             */
            costUsd?: string;
            /** Estimated */
            estimated: boolean;
            /** Finishedat */
            finishedAt: string | null;
            /** Inputtokens */
            inputTokens: number;
            /** Maxtokens */
            maxTokens: number | null;
            /** Model */
            model: string | null;
            /** Outcome */
            outcome: string | null;
            /** Outputtokens */
            outputTokens: number;
            /** Requestid */
            requestId: string | null;
            /** Startedat */
            startedAt: string | null;
        };
        /**
         * ProviderReport
         * @description What the living processes say of the provider; `silent` of them do not, since their release is older.
         *
         *     Models and classes are those that one of them has called.
         */
        ProviderReport: {
            /** Limits */
            limits: components["schemas"]["ClassLimits"][];
            /** Models */
            models: components["schemas"]["ModelBreakers"][];
            /** Silent */
            silent: number;
        };
        /**
         * ProviderState
         * @description What a process knows of the provider.
         */
        ProviderState: {
            /** Limits */
            limits: components["schemas"]["LimitState"][];
            /** Models */
            models: components["schemas"]["ModelState"][];
        };
        /**
         * ProviderWait
         * @description Jobs of a type that wait for the provider.
         *
         *     `breakerOpen` counts those, of the newest fifty, whose last attempt made no call at all: the breaker is
         *     open. `retryAt` is when the first of them tries again.
         */
        ProviderWait: {
            /** Breakeropen */
            breakerOpen: number;
            /** Jobtype */
            jobType: string;
            /** Jobs */
            jobs: number;
            /** Retryat */
            retryAt: string | null;
            /** Waitingfor */
            waitingFor: string;
        };
        /**
         * PublicPage
         * @description A published page: whose it is, and since when it is down; without its text.
         */
        PublicPage: {
            /** Address */
            address: string;
            /** Islisted */
            isListed: boolean;
            /**
             * Leadmagnetid
             * Format: uuid
             */
            leadMagnetId: string;
            /** Publishedat */
            publishedAt: string;
            /** Takendownat */
            takenDownAt: string | null;
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
            /** Views */
            views: number;
        };
        /**
         * Publication
         * @description What everybody who has the address may read.
         */
        Publication: {
            /**
             * Islisted
             * @description Whether search engines may list it.
             */
            isListed: boolean;
            /**
             * Path
             * @description Where it is, below the address of the gateway.
             */
            path: string;
            /**
             * Publishedat
             * @description When it was published last.
             */
            publishedAt: string;
            /**
             * Takendownat
             * @description When an operator took it down: nobody can open it. Null otherwise.
             */
            takenDownAt?: string | null;
            /**
             * Views
             * @description How often it was opened. Nothing is kept of the readers.
             */
            views: number;
        };
        /**
         * Question
         * @description One question; its id is the key of the answer.
         */
        Question: {
            /**
             * Context
             * @description A hint beside the question; null when it needs none.
             */
            context?: string | null;
            /**
             * Id
             * @description The key of its answer; unique in an archetype.
             */
            id: string;
            /**
             * Question
             * @description The question, as the owner reads it.
             */
            question: string;
            /**
             * Required
             * @description Whether a job needs an answer.
             */
            required: boolean;
        };
        /**
         * QuestionType
         * @description How a question is answered.
         * @enum {string}
         */
        QuestionType: "single_choice" | "multiple_choice" | "scale";
        /**
         * Questions
         * @description The questions of an extraction, in the order in which they are asked.
         */
        Questions: {
            archetype: components["schemas"]["Archetype"];
            /** Questions */
            questions: components["schemas"]["Question"][];
        };
        /**
         * Quote
         * @description A quotation.
         */
        Quote: {
            /**
             * Content
             * @description The words that are quoted.
             */
            content: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "quote";
        };
        /**
         * Recommendations
         * @description Three picks from the ten.
         */
        Recommendations: {
            bestAuthorityBuilder: components["schemas"]["Pick"];
            highestEngagement: components["schemas"]["Pick"];
            shipThisWeek: components["schemas"]["Pick"];
        };
        /**
         * RefusedJob
         * @description A dead job that could not be run again: a problem's code, and its detail.
         */
        RefusedJob: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /**
             * Jobid
             * Format: uuid
             */
            jobId: string;
        };
        /**
         * ReplacedText
         * @description A text of the owner's own that was replaced.
         */
        ReplacedText: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Piece */
            piece: string;
            /** Replacedat */
            replacedAt: string;
            /**
             * Replacedby
             * @description The job whose result took its place; null for a change
             */
            replacedBy: string | null;
            /** Texts */
            texts: {
                [key: string]: unknown;
            };
        };
        /**
         * ReplayFilter
         * @description A filter for dead letters; fields left out match everything. An unknown name is refused.
         */
        ReplayFilter: {
            /** Errorcode */
            errorCode?: string | null;
            /** Jobtype */
            jobType?: string | null;
            /** Since */
            since?: string | null;
            /** Until */
            until?: string | null;
            /** Userid */
            userId?: string | null;
        };
        /**
         * ReplayRequest
         * @description A request to run matching jobs again; `dryRun` only shows which ones.
         */
        ReplayRequest: {
            /**
             * Dryrun
             * @default false
             */
            dryRun?: boolean;
            filter: components["schemas"]["ReplayFilter"];
            /**
             * Limit
             * @default 100
             */
            limit?: number;
        };
        /**
         * ReplayResult
         * @description `count` were replayed, or would be; `remaining` match too and were beyond the limit.
         */
        ReplayResult: {
            /** Count */
            count: number;
            /** Dryrun */
            dryRun: boolean;
            /** Refused */
            refused: components["schemas"]["RefusedJob"][];
            /** Remaining */
            remaining: number;
            /** Replayed */
            replayed: components["schemas"]["ReplayedJob"][];
        };
        /**
         * ReplayedJob
         * @description A dead job; `replayedAs` is the job that runs it again, null in a dry run.
         */
        ReplayedJob: {
            /**
             * Jobid
             * Format: uuid
             */
            jobId: string;
            /** Replayedas */
            replayedAs: string | null;
        };
        /**
         * Resonance
         * @description How much readers find their own problem.
         * @enum {string}
         */
        Resonance: "high" | "medium" | "low";
        /**
         * Resource
         * @description A page to go to.
         */
        Resource: {
            /**
             * Title
             * @description What the page is called.
             */
            title: string;
            /**
             * Url
             * @description Its address.
             */
            url: string;
        };
        /**
         * Resources
         * @description Imported pages, as cards or as a grid.
         */
        Resources: {
            /**
             * Content
             * @description What stands above them; may be empty.
             * @default
             */
            content?: string;
            /**
             * Items
             * @description The pages in order.
             */
            items: components["schemas"]["Resource"][];
            /**
             * @description Cards, one below the other, or a grid. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "resource-card" | "resource-grid";
        };
        /**
         * RestoredPiece
         * @description What is in place after a version was restored.
         */
        RestoredPiece: {
            /** Piece */
            piece: string;
            /**
             * Texts
             * @description By the name of the field
             */
            texts: {
                [key: string]: unknown;
            };
            /**
             * Version
             * @description The version of the lead magnet, or of the emails: their ETag
             */
            version: number;
        };
        /**
         * ResultFormat
         * @description How the answer is shown.
         * @enum {string}
         */
        ResultFormat: "number" | "currency" | "percentage";
        /**
         * ResultInterpretation
         * @description What an answer within the range means; the range is from, to.
         */
        ResultInterpretation: {
            colour: components["schemas"]["Colour"];
            /** Description */
            description: string;
            /** Label */
            label: string;
            /** Range */
            range: (number)[];
        };
        /**
         * ResumeRequest
         * @description How to resume; an unknown name is refused.
         */
        ResumeRequest: {
            /**
             * Perminute
             * @description So many jobs a minute, until nothing waits any more; all at once without it.
             */
            perMinute?: number | null;
        };
        /**
         * RunAgainRequest
         * @description From what a job is run again; an unknown name is refused.
         *
         *     `kept`: with its input as it was, from what was finished. `fresh`: likewise, from the beginning. `edited`:
         *     with this `input`. The same `key` gives the same job; without one each request is another, unless one is
         *     running.
         */
        RunAgainRequest: {
            /** @default kept */
            how?: components["schemas"]["How"];
            /** Input */
            input?: {
                [key: string]: unknown;
            } | null;
            /** Key */
            key?: string | null;
        };
        /**
         * ScaleLabels
         * @description The names of the two ends of a scale.
         */
        ScaleLabels: {
            /**
             * Max
             * @default
             */
            max?: string;
            /**
             * Min
             * @default
             */
            min?: string;
        };
        /**
         * ScopeState
         * @description Whether it is paused; `perMinute` is null unless it is resumed gradually.
         */
        ScopeState: {
            /** Paused */
            paused: boolean;
            /** Perminute */
            perMinute?: number | null;
        };
        /**
         * ScoreRange
         * @description What a score within the range means and what to do next.
         */
        ScoreRange: {
            /** Description */
            description: string;
            /** Label */
            label: string;
            /** Max */
            max: number;
            /** Min */
            min: number;
            /**
             * Recommendations
             * @default []
             */
            recommendations?: string[];
        };
        /**
         * Scoring
         * @description From answers to a result.
         */
        Scoring: {
            method: components["schemas"]["ScoringMethod"];
            /** Ranges */
            ranges: components["schemas"]["ScoreRange"][];
        };
        /**
         * ScoringMethod
         * @description How the points of all questions become one score.
         * @enum {string}
         */
        ScoringMethod: "sum" | "average";
        /**
         * SectionItem
         * @description A finished section as it is published: with the outline that it belongs to.
         */
        SectionItem: {
            /**
             * Contents
             * @description Its points in order.
             */
            contents: components["schemas"]["WrittenItem"][];
            /**
             * Id
             * @description The id that the outline gives the section.
             */
            id: string;
            /**
             * Introduction
             * @description What the section is about, before its points.
             * @default
             */
            introduction?: string;
            /**
             * Keytakeaway
             * @description What to remember of it.
             * @default
             */
            keyTakeaway?: string;
            /**
             * Outline
             * @description All sections in order, so that the next attempt continues the same outline.
             */
            outline: components["schemas"]["PlannedSection"][];
            /**
             * Sectionname
             * @description Its heading.
             */
            sectionName: string;
        };
        /**
         * Service
         * @description A service with its job types; or the relay or the projector, which have one active process.
         *
         *     `backlog` is what waits for it: requests, unpublished events, or events that are not folded. `version` is
         *     the release of the relay or the projector that is active; null where it does not say.
         */
        Service: {
            /** Backlog */
            backlog: number | null;
            /** Isrunning */
            isRunning: boolean;
            /** Jobtypes */
            jobTypes: components["schemas"]["JobTypeQueue"][];
            /** Name */
            name: string;
            /** Processes */
            processes: components["schemas"]["ServiceProcess"][];
            /** Version */
            version?: string | null;
        };
        /**
         * ServiceProcess
         * @description One process of a service; it counts as alive if it was heard recently. `version` is its release.
         *
         *     `provider` is what it knows of the models that it called; null where its release does not say.
         */
        ServiceProcess: {
            /** Isalive */
            isAlive: boolean;
            provider?: components["schemas"]["ProviderState"] | null;
            /** Running */
            running: number;
            /** Seenat */
            seenAt: string;
            /** Slots */
            slots: number;
            /** Startedat */
            startedAt: string;
            /** Version */
            version?: string | null;
            /** Workerid */
            workerId: string;
        };
        /**
         * Services
         * @description All of them.
         */
        Services: {
            /** Items */
            items: components["schemas"]["Service"][];
        };
        /**
         * Sort
         * @description Orders of the list; only the first has pages.
         * @enum {string}
         */
        Sort: "newest" | "liveJobs" | "spend";
        /**
         * Source
         * @description A source with its text.
         */
        Source: {
            /**
             * Characters
             * @description Of its text.
             */
            characters: number;
            /** Createdat */
            createdAt: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kind
             * @description `pasted`, `txt`, `md`, `vtt`, `srt`, `docx` or `pdf`.
             */
            kind: string;
            /**
             * Leadmagnetid
             * @description The lead magnet that it is for; null for all.
             */
            leadMagnetId: string | null;
            /**
             * Leftout
             * @description Characters of its end that were not taken: it was too long.
             */
            leftOut: number;
            /** Name */
            name: string;
            /** Text */
            text: string;
            /** Updatedat */
            updatedAt: string;
            /** Version */
            version: number;
        };
        /**
         * SourceChanges
         * @description What its owner may change; what is missing stays.
         */
        SourceChanges: {
            /** Name */
            name?: string | null;
            /** Text */
            text?: string | null;
        };
        /**
         * SourceList
         * @description Sources without their texts, the oldest first.
         */
        SourceList: {
            /** Items */
            items: components["schemas"]["ListedSource"][];
        };
        /**
         * SourceText
         * @description A text that the owner brought along, or a part of one.
         */
        SourceText: {
            /**
             * Id
             * @description The source that it is of, null if none; deleting the source erases the job's texts.
             */
            id?: string | null;
            /**
             * Name
             * @description What the owner calls it.
             */
            name: string;
            /**
             * Text
             * @description What it says.
             */
            text: string;
        };
        /**
         * Span
         * @description Two times, from recent runs of the same type and size.
         */
        Span: {
            /**
             * P50At
             * @description Half of such jobs get there by this time.
             */
            p50At: string;
            /**
             * P90At
             * @description Nine of ten of them get there by this time.
             */
            p90At: string;
        };
        /**
         * SpendCap
         * @description US dollars until `resetsAt`; `reserved` is set aside for jobs that have not ended.
         */
        SpendCap: {
            /** Limit */
            limit: string;
            /** Reserved */
            reserved: string;
            /** Resetsat */
            resetsAt: string;
            /** Used */
            used: string;
        };
        /**
         * StatCard
         * @description A figure, which is the content, and what it counts, which is the title.
         */
        StatCard: {
            /**
             * Content
             * @description The figure, with its unit.
             */
            content: string;
            /**
             * @description Its tone.
             * @default info
             */
            style?: components["schemas"]["CalloutStyle"];
            /**
             * Title
             * @description What the figure counts.
             */
            title: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "stat-card";
        };
        /**
         * Status
         * @description Where a job stands.
         * @enum {string}
         */
        Status: "pending" | "processing" | "completed" | "failed" | "cancelled";
        /**
         * Step
         * @description The same for a minute of an hour, or an hour of a day.
         */
        Step: {
            /**
             * Cancelled
             * @default 0
             */
            cancelled?: number;
            /**
             * Completed
             * @default 0
             */
            completed?: number;
            /**
             * Costusd
             * @default 0
             */
            costUsd?: string;
            /**
             * Failed
             * @default 0
             */
            failed?: number;
            /**
             * Inputtokens
             * @default 0
             */
            inputTokens?: number;
            /**
             * Outputtokens
             * @default 0
             */
            outputTokens?: number;
            /** Queuewaitp50 */
            queueWaitP50?: number | null;
            /** Queuewaitp95 */
            queueWaitP95?: number | null;
            /** Runtimep50 */
            runTimeP50?: number | null;
            /** Runtimep95 */
            runTimeP95?: number | null;
            /** Startsat */
            startsAt: string;
            /**
             * Wastedusd
             * @default 0
             */
            wastedUsd?: string;
        };
        /** SubmitAnswers */
        SubmitAnswers: {
            input: components["schemas"]["AnswersInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "answers";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
        };
        /** SubmitAnswersByHand */
        SubmitAnswersByHand: {
            input: components["schemas"]["AnswersInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "answers";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
        };
        /** SubmitEmails */
        SubmitEmails: {
            input: components["schemas"]["EmailsInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "emails";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
        };
        /** SubmitEmailsByHand */
        SubmitEmailsByHand: {
            input: components["schemas"]["EmailsInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "emails";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
        };
        /** SubmitExtraction */
        SubmitExtraction: {
            input: components["schemas"]["ExtractionInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "extraction";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
        };
        /** SubmitExtractionByHand */
        SubmitExtractionByHand: {
            input: components["schemas"]["ExtractionInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "extraction";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
        };
        /** SubmitIdeation */
        SubmitIdeation: {
            input: components["schemas"]["IdeationInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "ideation";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
        };
        /** SubmitIdeationByHand */
        SubmitIdeationByHand: {
            input: components["schemas"]["IdeationInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "ideation";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
        };
        /** SubmitPolish */
        SubmitPolish: {
            input: components["schemas"]["PolishInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "polish";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
        };
        /** SubmitPolishByHand */
        SubmitPolishByHand: {
            input: components["schemas"]["PolishInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "polish";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
        };
        /** SubmitPosts */
        SubmitPosts: {
            input: components["schemas"]["PostsInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "posts";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
        };
        /** SubmitPostsByHand */
        SubmitPostsByHand: {
            input: components["schemas"]["PostsInput"];
            /** Instruction */
            instruction?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            jobType: "posts";
            /** Leadmagnetid */
            leadMagnetId?: string | null;
            /** Part */
            part?: string | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
        };
        /**
         * SuggestedBundle
         * @description Two or three concepts that are worth more together.
         */
        SuggestedBundle: {
            /** Combinedvalue */
            combinedValue: string;
            /** Components */
            components: string[];
            /** Name */
            name: string;
            /** Releasestrategy */
            releaseStrategy: string;
        };
        /**
         * Table
         * @description Rows as wide as the headers.
         */
        Table: {
            /**
             * Content
             * @description What stands above the table; may be empty.
             * @default
             */
            content?: string;
            /**
             * Headers
             * @description The names of the columns.
             */
            headers: string[];
            /**
             * Rows
             * @description The cells, row by row; each row is as long as the headers.
             */
            rows: string[][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "table";
        };
        /**
         * ToneMatch
         * @description How well the tone meets the audience style.
         * @enum {string}
         */
        ToneMatch: "aligned" | "partial" | "off";
        /**
         * TransformationOutcome
         * @description Where callers are and where they want to be.
         */
        TransformationOutcome: {
            /**
             * Currentstate
             * @description Where callers are before they buy, in their words.
             */
            currentState: string;
            /**
             * Desiredstate
             * @description Where they want to be, in their words.
             */
            desiredState: string;
        };
        /**
         * TypeFigures
         * @description The same for a job type, with what is under way.
         *
         *     `drainSeconds` says when its backlog is worked off at the pace of the last five minutes; null where too
         *     little has ended to say, and for a paused type.
         */
        TypeFigures: {
            /**
             * Cancelled
             * @default 0
             */
            cancelled?: number;
            /**
             * Completed
             * @default 0
             */
            completed?: number;
            /**
             * Costusd
             * @default 0
             */
            costUsd?: string;
            /** Drainseconds */
            drainSeconds?: number | null;
            /**
             * Failed
             * @default 0
             */
            failed?: number;
            /**
             * Inputtokens
             * @default 0
             */
            inputTokens?: number;
            /**
             * Ispaused
             * @default false
             */
            isPaused?: boolean;
            /** Jobtype */
            jobType: string;
            /** Lastcompletedat */
            lastCompletedAt?: string | null;
            /** Oldestwaitingat */
            oldestWaitingAt?: string | null;
            /**
             * Outputtokens
             * @default 0
             */
            outputTokens?: number;
            /** Queuewaitp50 */
            queueWaitP50?: number | null;
            /** Queuewaitp95 */
            queueWaitP95?: number | null;
            /**
             * Retrying
             * @default 0
             */
            retrying?: number;
            /** Runtimep50 */
            runTimeP50?: number | null;
            /** Runtimep95 */
            runTimeP95?: number | null;
            /**
             * Running
             * @default 0
             */
            running?: number;
            /**
             * Waiting
             * @default 0
             */
            waiting?: number;
            /**
             * Wastedusd
             * @default 0
             */
            wastedUsd?: string;
        };
        /**
         * TypeForecast
         * @description Eligible jobs of one type, and about what they cost; null where the action costs nothing.
         */
        TypeForecast: {
            /** Costusd */
            costUsd: string | null;
            /** Count */
            count: number;
            /** Jobtype */
            jobType: string;
        };
        /**
         * UsageOverview
         * @description The plan and how much of it is used until `resetsAt`; a null limit means unlimited.
         */
        UsageOverview: {
            /**
             * @default {
             *       "jobsADay": {}
             *     }
             */
            caps?: components["schemas"]["CapsOverview"];
            /** Days */
            days: components["schemas"]["DayOfUsage"][];
            /** Limit */
            limit: number | null;
            /** Plan */
            plan: string;
            /** Reserved */
            reserved: number;
            /** Resetsat */
            resetsAt: string;
            /** Used */
            used: number;
        };
        /**
         * UserDetail
         * @description A user with their usage; `hasOwnPlan` is false for the default plan.
         *
         *     `ownCaps` are those that differ from the plan's. In `usage` they count already.
         */
        UserDetail: {
            /** Createdat */
            createdAt: string;
            /** Email */
            email: string | null;
            /** Hasownplan */
            hasOwnPlan: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Livebyday */
            liveByDay: components["schemas"]["LiveJobsOfDay"][];
            /** Livejobs */
            liveJobs: number;
            /** Name */
            name: string | null;
            /** Owncaps */
            ownCaps: {
                [key: string]: unknown;
            };
            /** Pausedat */
            pausedAt: string | null;
            /** Perminute */
            perMinute: number | null;
            /** Plan */
            plan: string;
            /**
             * Spentthismonth
             * @default 0
             */
            spentThisMonth?: string;
            /**
             * Spenttoday
             * @default 0
             */
            spentToday?: string;
            usage: components["schemas"]["UsageOverview"];
        };
        /**
         * UserList
         * @description A page of users; `nextCursor` is null on the last one, and where the order has no pages.
         */
        UserList: {
            /** Items */
            items: components["schemas"]["ListedUser"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * VersionList
         * @description The versions of a lead magnet, the newest first.
         */
        VersionList: {
            /** Items */
            items: components["schemas"]["PieceVersion"][];
            /**
             * Most
             * @description How many of each piece are kept; the AI's oldest go first
             * @default 50
             */
            most?: number;
            /**
             * Mostbytes
             * @description How many bytes of each piece are kept
             * @default 2000000
             */
            mostBytes?: number;
        };
        /**
         * VersionWithTexts
         * @description A version with its texts.
         */
        VersionWithTexts: {
            /** @description Who wrote it last: `owner`, `ai`, or the `template` that stood in */
            author: components["schemas"]["Author"];
            /**
             * Bytes
             * @description Size of its texts
             */
            bytes: number;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Isoffered
             * @description Whether it waits for the owner to restore or decline it: it was not put in place, since the piece had been edited meanwhile, or since a template stood in
             */
            isOffered: boolean;
            /**
             * Jobid
             * @description The job whose result it is, or was before the owner changed it; null without one
             */
            jobId: string | null;
            /**
             * Keptat
             * @description When it was replaced or offered
             */
            keptAt: string;
            /**
             * Madeat
             * @description When its author wrote it; null where that is not known
             */
            madeAt: string | null;
            /**
             * Piece
             * @description The job type that writes the piece
             */
            piece: string;
            /**
             * Replacedby
             * @description The job whose result took its place; null for a change by hand, or if never in place
             */
            replacedBy: string | null;
            /**
             * Texts
             * @description By the name of the field that they were in
             */
            texts: {
                [key: string]: unknown;
            };
        };
        /**
         * ViralCheck
         * @description Five yes-or-no marks; the score of a concept is the number of true ones.
         */
        ViralCheck: {
            /** Actionableunder1H */
            actionableUnder1h: boolean;
            /** Authorityboosting */
            authorityBoosting: boolean;
            /** Highvalue */
            highValue: boolean;
            /** Simple */
            simple: boolean;
            /** Urgentpain */
            urgentPain: boolean;
        };
        /**
         * Voice
         * @description What every prompt says about how the owner wants to be heard; each part may be missing.
         */
        Voice: {
            /** @description The language of all texts; null for that of the material. */
            language?: components["schemas"]["Language"] | null;
            /**
             * Name
             * @description Who signs; empty when the owner did not say.
             * @default
             */
            name?: string;
            /**
             * Tone
             * @description How the texts should sound: a style as in `audienceStyle`, or the owner's own words; empty when the owner did not say.
             * @default
             */
            tone?: string;
        };
        /**
         * WizardDraft
         * @description A draft as its owner sees it; in a list its `wizardState` has only the `pendingJob`.
         */
        WizardDraft: {
            /** Createdat */
            createdAt: string;
            /** Currentstep */
            currentStep: number | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Title */
            title: string | null;
            /** Updatedat */
            updatedAt: string;
            /** Wizardstate */
            wizardState: {
                [key: string]: unknown;
            };
        };
        /**
         * WrittenContent
         * @description The content as extraction writes it: every text says something.
         */
        WrittenContent: {
            /**
             * Commonmistakes
             * @description What readers get wrong, one mistake in each entry.
             * @default []
             */
            commonMistakes?: string[];
            /**
             * Differentiation
             * @description How the owner's way differs from the usual one.
             */
            differentiation: string;
            /**
             * Format
             * @description How it is delivered, such as a guide or a checklist.
             */
            format: string;
            /**
             * Nonobviousinsight
             * @description What readers would not have guessed.
             */
            nonObviousInsight: string;
            /**
             * Personalexperience
             * @description What the owner went through, in the first person.
             */
            personalExperience: string;
            /**
             * Proof
             * @description Numbers and results that show that it works.
             */
            proof: string;
            /**
             * Structure
             * @description Its sections in the order of the outline.
             */
            structure: components["schemas"]["WrittenSection"][];
            /**
             * Title
             * @description The title of the content; that of the concept until the owner edits it.
             */
            title: string;
        };
        /**
         * WrittenItem
         * @description One thing said in a section, as extraction writes it: nothing left out.
         */
        WrittenItem: {
            /**
             * Detail
             * @description How to act on it.
             */
            detail: string;
            /**
             * Headline
             * @description The point in a few words.
             */
            headline: string;
            /**
             * Summary
             * @description The point in a sentence or two.
             */
            summary: string;
        };
        /**
         * WrittenSection
         * @description A section as extraction writes it.
         */
        WrittenSection: {
            /**
             * Contents
             * @description Its points in order.
             */
            contents: components["schemas"]["WrittenItem"][];
            /**
             * Introduction
             * @description What the section is about, before its points.
             * @default
             */
            introduction?: string;
            /**
             * Keytakeaway
             * @description What to remember of it.
             * @default
             */
            keyTakeaway?: string;
            /**
             * Sectionname
             * @description Its heading.
             */
            sectionName: string;
        };
        /**
         * Outcome
         * @description Whether a provider call bought something.
         * @enum {string}
         */
        Outcome: "used" | "wasted";
        /**
         * JobCallFinished
         * @description A provider call is over, however it ended; tokens and cost are final or estimated.
         */
        JobCallFinished: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Cachereadtokens
             * @description Tokens sent that the provider had in its cache.
             * @default 0
             */
            cacheReadTokens?: number;
            /**
             * Cachesavedusd
             * @description What the provider's cache saved, in US dollars; below zero where writing to it cost more.
             * @default 0
             */
            cacheSavedUsd?: string;
            /**
             * Cachewritetokens
             * @description Tokens sent that the provider wrote to its cache.
             * @default 0
             */
            cacheWriteTokens?: number;
            /**
             * Callid
             * Format: uuid
             * @description The call that is settled; only the first settlement of a call counts.
             */
            callId: string;
            /**
             * Costusd
             * @description What the call cost, in US dollars; 0 for a call that was announced and not made.
             * @default 0
             */
            costUsd?: string;
            /**
             * Estimated
             * @description True where the provider did not say what was used: the call or its worker was cut off.
             * @default false
             */
            estimated?: boolean;
            /**
             * Firsttextat
             * @description When the answer's first text arrived; absent where none did, and from older services.
             * @default null
             */
            firstTextAt?: string | null;
            /**
             * Inputtokens
             * @description Tokens sent, without those written to or read from the provider's cache.
             * @default 0
             */
            inputTokens?: number;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /** @description Whether its answer was used. */
            outcome: components["schemas"]["Outcome"];
            /**
             * Outputtokens
             * @description Tokens that the provider wrote.
             * @default 0
             */
            outputTokens?: number;
            /**
             * Requestid
             * @description The provider's id of the request, for its support; absent when no answer began.
             * @default null
             */
            requestId?: string | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * JobCallStarted
         * @description A provider call is about to be made; written before it.
         */
        JobCallStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Callid
             * Format: uuid
             * @description The call; its settlement names it.
             */
            callId: string;
            /**
             * Inputcostusd
             * @description What the prompt costs, in US dollars, by the same estimate.
             * @default null
             */
            inputCostUsd?: string | null;
            /**
             * Inputtokens
             * @description Tokens of the prompt, estimated; absent from older services.
             * @default null
             */
            inputTokens?: number | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Maxcostusd
             * @description What the call costs at most, in US dollars: the prompt and an answer of `maxTokens`.
             * @default null
             */
            maxCostUsd?: string | null;
            /**
             * Maxtokens
             * @description The most tokens that the answer may have.
             */
            maxTokens: number;
            /**
             * Model
             * @description The provider's model that is asked.
             */
            model: string;
            /**
             * Repair
             * @description True where the call asks again for what an earlier answer did not bring; else absent.
             * @default null
             */
            repair?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * JobCancelRequested
         * @description The owner, or an operator, asked to stop the job.
         */
        JobCancelRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Requestedby
             * Format: uuid
             * @description The user who asked: the job's owner, or an operator.
             */
            requestedBy: string;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * Usage
         * @description What a job's calls used; the cost is everything paid, the wasted part of it bought nothing.
         */
        Usage: {
            /**
             * Cachereadtokens
             * @description Tokens sent that the provider had in its cache, which cost less.
             * @default 0
             */
            cacheReadTokens?: number;
            /**
             * Cachesavedusd
             * @description What the provider's cache saved, in US dollars; below zero where writing to it cost more.
             * @default 0
             */
            cacheSavedUsd?: string;
            /**
             * Cachewritetokens
             * @description Tokens sent that the provider wrote to its cache, which cost more.
             * @default 0
             */
            cacheWriteTokens?: number;
            /**
             * Costusd
             * @description Everything paid, in US dollars.
             * @default 0
             */
            costUsd?: string;
            /**
             * Inputtokens
             * @description Tokens sent, without those written to or read from the provider's cache.
             * @default 0
             */
            inputTokens?: number;
            /**
             * Outputtokens
             * @description Tokens that the provider wrote.
             * @default 0
             */
            outputTokens?: number;
            /**
             * Wastedusd
             * @description The part of `costUsd` that bought nothing: calls cut off, cancelled or written off.
             * @default 0
             */
            wastedUsd?: string;
        };
        /**
         * AnswersCancelled
         * @description The job was stopped; finished items are kept.
         */
        AnswersCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "answers";
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: components["schemas"]["DraftedAnswer"][];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * EmailsCancelled
         * @description The job was stopped; finished items are kept.
         */
        EmailsCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "emails";
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: components["schemas"]["Email"][];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * ExtractionCancelled
         * @description The job was stopped; finished items are kept.
         */
        ExtractionCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "extraction";
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: components["schemas"]["SectionItem"][];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * IdeationCancelled
         * @description The job was stopped; finished items are kept.
         */
        IdeationCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "ideation";
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: components["schemas"]["Concept"][];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * JobCancelled
         * @description The job was stopped; finished items are kept.
         */
        JobCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: {
                [key: string]: unknown;
            }[];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PolishCancelled
         * @description The job was stopped; finished items are kept.
         */
        PolishCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "polish";
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: components["schemas"]["PolishedSection"][];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PostsCancelled
         * @description The job was stopped; finished items are kept.
         */
        PostsCancelled: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "posts";
            /**
             * Kept
             * @description Items that were finished by then, in the result's order.
             * @default []
             */
            kept?: components["schemas"]["PostVariation"][];
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * AnswersCompleted
         * @description The job is done.
         */
        AnswersCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "answers";
            result: components["schemas"]["AnswersResult"] | Record<string, never>;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * EmailsCompleted
         * @description The job is done.
         */
        EmailsCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "emails";
            result: components["schemas"]["EmailsResult"] | Record<string, never>;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * ExtractionCompleted
         * @description The job is done.
         */
        ExtractionCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "extraction";
            result: components["schemas"]["ExtractionResult"] | Record<string, never>;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * IdeationCompleted
         * @description The job is done.
         */
        IdeationCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "ideation";
            result: components["schemas"]["IdeationResult"] | Record<string, never>;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * JobCompleted
         * @description The job is done.
         */
        JobCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Result
             * @description The whole result, in its job type's shape.
             */
            result: {
                [key: string]: unknown;
            };
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PolishCompleted
         * @description The job is done.
         */
        PolishCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "polish";
            result: components["schemas"]["PolishResult"] | Record<string, never>;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PostsCompleted
         * @description The job is done.
         */
        PostsCompleted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "posts";
            result: components["schemas"]["PostsResult"] | Record<string, never>;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * Reason
         * @description Why something failed: a stable code and a text that a user may read.
         */
        Reason: {
            /** @description What went wrong, for programs. */
            code: components["schemas"]["ErrorCode"];
            /**
             * Message
             * @description The same for the job's owner, in whole sentences.
             */
            message: string;
        };
        /**
         * JobFailed
         * @description The job ended without a result.
         */
        JobFailed: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /** @description Why the job failed. */
            error: components["schemas"]["Reason"];
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /** @description What all settled calls of the job used; a later `job.call_finished` adds to it. */
            usage: components["schemas"]["Usage"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * AnswersProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        AnswersProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: components["schemas"]["DraftedAnswer"] | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "answers";
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * EmailsProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        EmailsProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: components["schemas"]["Email"] | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "emails";
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * ExtractionProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        ExtractionProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: components["schemas"]["SectionItem"] | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "extraction";
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * IdeationProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        IdeationProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: components["schemas"]["Concept"] | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "ideation";
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * JobProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        JobProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Item
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: {
                [key: string]: unknown;
            } | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PolishProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        PolishProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: components["schemas"]["PolishedSection"] | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "polish";
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PostsProgress
         * @description The job made progress: a finished, valid item of the result, or only a message.
         */
        PostsProgress: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Done
             * @description Finished items so far, kept ones included.
             */
            done: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * @description A finished and valid item of the result; absent when there is only a message.
             * @default null
             */
            item?: components["schemas"]["PostVariation"] | null;
            /**
             * Itemindex
             * @description Its place in the result, from 0. Set with `item`.
             * @default null
             */
            itemIndex?: number | null;
            /**
             * Itemkey
             * @description Which item it is; a later one with the same key replaces it. Set with `item`.
             * @default null
             */
            itemKey?: string | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "posts";
            /**
             * Message
             * @description What was done, for the job's owner.
             */
            message: string;
            /**
             * Plan
             * @description What the items to come are called, in order; once, where the service plans them first.
             * @default null
             */
            plan?: string[] | null;
            /**
             * Total
             * @description Items of the whole result; fixed by the first progress, 0 where there are none.
             */
            total: number;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * AnswersKeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        AnswersKeptItem: {
            item: components["schemas"]["DraftedAnswer"];
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * RequestedPart
         * @description The one part of a result that a job makes again.
         */
        RequestedPart: {
            /**
             * Input
             * @description The input with all its texts: in the `input` beside it one is blank, so that a release that would make everything again refuses the job.
             */
            input: {
                [key: string]: unknown;
            };
            /**
             * Instruction
             * @description How the new one is to differ, in the owner's words; may be empty.
             */
            instruction: string;
            /**
             * Key
             * @description Which part: the key of its item, or of a block in that item.
             */
            key: string;
            /**
             * Present
             * @description The newest text of the whole, in the shape of a result; what is not the part stays so.
             */
            present: {
                [key: string]: unknown;
            };
            /**
             * Text
             * @description The part as it is in the newest text.
             */
            text: {
                [key: string]: unknown;
            };
        };
        /**
         * AnswersRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        AnswersRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            input: components["schemas"]["AnswersInput"] | Record<string, never>;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "answers";
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["AnswersKeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * EmailsKeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        EmailsKeptItem: {
            item: components["schemas"]["Email"];
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * EmailsWork
         * @description The lead magnet and its sender as they were when the job was accepted.
         */
        EmailsWork: {
            /**
             * @description How to address the readers: the brand kit's tone, if it is one of these.
             * @default casual-direct
             */
            audienceStyle?: components["schemas"]["AudienceStyle"];
            /**
             * @description A video that emails may lead to; null when the brand kit has none.
             * @default null
             */
            bestVideo?: components["schemas"]["Link"] | null;
            /**
             * Businessdescription
             * @description What the business does; empty without a brand kit.
             * @default
             */
            businessDescription?: string;
            /**
             * Communityurl
             * @description The owner's community; null when the brand kit has none.
             * @default null
             */
            communityUrl?: string | null;
            /**
             * Contentlinks
             * @description Pages that emails may lead to, from the brand kit.
             * @default []
             */
            contentLinks?: components["schemas"]["Link"][];
            /**
             * Contents
             * @description An outline of the content, or what the concept promises.
             * @default
             */
            contents?: string;
            /**
             * Format
             * @description How a reader gets it, from the content or else the concept.
             * @default
             */
            format?: string;
            /**
             * Leadmagnetid
             * Format: uuid
             * @description The lead magnet that the emails follow; it must be the caller's.
             */
            leadMagnetId: string;
            /**
             * Resourceurl
             * @description The lead magnet's address; without one the sequence stays a draft.
             * @default null
             */
            resourceUrl?: string | null;
            /**
             * Sendername
             * @description Who signs: of the brand kit, else the user's name, else "The team".
             */
            senderName: string;
            /**
             * Title
             * @description The lead magnet's title.
             */
            title: string;
            /**
             * Useai
             * @description False: the fixed template writes all emails, and no provider call is made.
             * @default true
             */
            useAI?: boolean;
            /**
             * @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material.
             * @default null
             */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * Link
         * @description A page or video with its title.
         */
        Link: {
            /**
             * Title
             * @description What the page or video is called; its address when it has no title.
             */
            title: string;
            /**
             * Url
             * @description Its address, used word for word.
             */
            url: string;
        };
        /**
         * EmailsRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        EmailsRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            input: components["schemas"]["EmailsWork"] | Record<string, never>;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "emails";
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["EmailsKeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * ExtractionKeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        ExtractionKeptItem: {
            item: components["schemas"]["SectionItem"];
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * ExtractionRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        ExtractionRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            input: components["schemas"]["ExtractionInput"] | Record<string, never>;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "extraction";
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["ExtractionKeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * IdeationKeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        IdeationKeptItem: {
            item: components["schemas"]["Concept"];
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * IdeationRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        IdeationRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            input: components["schemas"]["IdeationInput"] | Record<string, never>;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "ideation";
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["IdeationKeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * KeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        KeptItem: {
            /**
             * Item
             * @description The item as its `job.progress` published it.
             */
            item: {
                [key: string]: unknown;
            };
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * PolishKeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        PolishKeptItem: {
            item: components["schemas"]["PolishedSection"];
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * PolishWork
         * @description The lead magnet as it was when the job was accepted.
         */
        PolishWork: {
            /** @description Which kind of lead magnet it is. */
            archetype: components["schemas"]["Archetype"];
            /** @description The concept that its owner chose. */
            concept: components["schemas"]["ChosenConcept"];
            /** @description The content that becomes the page, with the owner's edits. */
            extractedContent: components["schemas"]["ExtractedContent"];
            /**
             * Leadmagnetid
             * Format: uuid
             * @description The lead magnet that the page is for.
             */
            leadMagnetId: string;
            /**
             * Title
             * @description The lead magnet's title.
             */
            title: string;
            /**
             * @description How the texts should sound, in which language, and who signs. Missing: as the caller's brand kit says when the job is accepted; without one, in the language of the material.
             * @default null
             */
            voice?: components["schemas"]["Voice"] | null;
        };
        /**
         * PostsKeptItem
         * @description A finished item of an earlier job, handed to its retry.
         */
        PostsKeptItem: {
            item: components["schemas"]["PostVariation"];
            /**
             * Itemindex
             * @description Its place in the result, from 0.
             */
            itemIndex: number;
            /**
             * Itemkey
             * @description Which item of the result it is: an archetype, a section's id, a hook type, a day.
             */
            itemKey: string;
        };
        /**
         * JobRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        JobRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Input
             * @description What the job works on: the caller's input, and the rows that it names as they were then.
             */
            input: {
                [key: string]: unknown;
            };
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["KeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PolishRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        PolishRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            input: components["schemas"]["PolishWork"] | Record<string, never>;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "polish";
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["PolishKeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * PostsRequested
         * @description The gateway accepted the job; everything a service needs is in it.
         */
        PostsRequested: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Deadlineat
             * @description By when the job must have ended; set once, at the 202.
             */
            deadlineAt: string;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            input: components["schemas"]["PostsInput"] | Record<string, never>;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "posts";
            /**
             * Kept
             * @description Finished items of the parent, which are not made again; absent where there are none.
             * @default null
             */
            kept?: components["schemas"]["PostsKeptItem"][] | null;
            /**
             * Maxattempts
             * @description Counted attempts, after which the job fails.
             */
            maxAttempts: number;
            /**
             * Parentjobid
             * @description The job that this one retries, or of whose result it makes one part again; null for a first one.
             * @default null
             */
            parentJobId?: string | null;
            /**
             * @description The one part to make again; absent where everything is made.
             * @default null
             */
            part?: components["schemas"]["RequestedPart"] | null;
            /** @default interactive */
            priority?: components["schemas"]["Priority"];
            /**
             * Redelivery
             * @description True for a copy that only asks for another delivery: it changes no state.
             * @default null
             */
            redelivery?: boolean | null;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
        };
        /**
         * JobRetrying
         * @description The attempt ended without a result; another one follows at `retryAt`.
         */
        JobRetrying: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Counted
             * @description Whether the attempt counts against `maxAttempts`; false after a shutdown or an outage.
             */
            counted: boolean;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /** @description Why the attempt ended. */
            reason: components["schemas"]["Reason"];
            /**
             * Retryat
             * @description The earliest start of the next attempt; at once after a shutdown.
             */
            retryAt: string;
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Waitingfor
             * @description What the job waits for until then, as its `waitingFor` tells it; absent where the reason says it.
             * @default null
             */
            waitingFor?: string | null;
        };
        /**
         * Prompt
         * @description The words that made a result: name, version and hash of a prompt file.
         */
        Prompt: {
            /**
             * Name
             * @description The job type's name.
             */
            name: string;
            /**
             * Sha256
             * @description Hash of all prompt files, in hexadecimal: the same prompts have the same hash.
             */
            sha256: string;
            /**
             * Version
             * @description Rises by one when a prompt file is replaced by its next version; 1 at first.
             */
            version: number;
        };
        /**
         * AnswersStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        AnswersStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "answers";
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: components["schemas"]["DraftedAnswer"][];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
        /**
         * EmailsStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        EmailsStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "emails";
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: components["schemas"]["Email"][];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
        /**
         * ExtractionStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        ExtractionStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "extraction";
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: components["schemas"]["SectionItem"][];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
        /**
         * IdeationStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        IdeationStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "ideation";
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: components["schemas"]["Concept"][];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
        /**
         * JobStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        JobStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             */
            jobType: string;
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: {
                [key: string]: unknown;
            }[];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
        /**
         * PolishStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        PolishStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "polish";
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: components["schemas"]["PolishedSection"][];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
        /**
         * PostsStarted
         * @description A worker began an attempt; from now on the log is its own until a newer start.
         */
        PostsStarted: {
            /**
             * Attempt
             * @description The attempt that the event belongs to, counted by starts; 0 before the first.
             */
            attempt: number;
            /**
             * Erased
             * @description True once the texts were deleted: ids, times, states and figures are as they were.
             * @default null
             */
            erased?: boolean | null;
            /**
             * Jobid
             * Format: uuid
             * @description The job, from its 202 on. A UUIDv7, so that ids rise with time.
             */
            jobId: string;
            /**
             * Jobtype
             * @description The kind of job; also a token of the event's subject.
             * @constant
             */
            jobType: "posts";
            /**
             * Kept
             * @description Finished items of earlier attempts, in the result's order, not asked for again.
             * @default []
             */
            kept?: components["schemas"]["PostVariation"][];
            /**
             * Model
             * @description The provider's model for the main call.
             */
            model: string;
            /** @description The prompt that the attempt asks with. */
            prompt: components["schemas"]["Prompt"];
            /**
             * Userid
             * Format: uuid
             * @description The job's owner: the subject of the token that submitted it.
             */
            userId: string;
            /**
             * Workerid
             * @description The process that runs the attempt; new with each start of a process.
             */
            workerId: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    delete_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDeletion"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All stored data of the caller: the caller's rows, by table */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        backgroundJobs?: {
                            [key: string]: unknown;
                        }[];
                        brandKits?: {
                            [key: string]: unknown;
                        }[];
                        deletedAccounts?: {
                            [key: string]: unknown;
                        }[];
                        emailSequences?: {
                            [key: string]: unknown;
                        }[];
                        erasures?: {
                            [key: string]: unknown;
                        }[];
                        /** Format: date-time */
                        exportedAt: string;
                        jobCalls?: {
                            [key: string]: unknown;
                        }[];
                        jobEvents?: {
                            [key: string]: unknown;
                        }[];
                        leadMagnets?: {
                            [key: string]: unknown;
                        }[];
                        openStreams?: {
                            [key: string]: unknown;
                        }[];
                        outbox?: {
                            [key: string]: unknown;
                        }[];
                        pieceVersions?: {
                            [key: string]: unknown;
                        }[];
                        publications?: {
                            [key: string]: unknown;
                        }[];
                        rateLimits?: {
                            [key: string]: unknown;
                        }[];
                        replacedTexts?: {
                            [key: string]: unknown;
                        }[];
                        sources?: {
                            [key: string]: unknown;
                        }[];
                        spendHours?: {
                            [key: string]: unknown;
                        }[];
                        storedBytes?: {
                            [key: string]: unknown;
                        }[];
                        subscriptions?: {
                            [key: string]: unknown;
                        }[];
                        usageDays?: {
                            [key: string]: unknown;
                        }[];
                        usageReservations?: {
                            [key: string]: unknown;
                        }[];
                        userCaps?: {
                            [key: string]: unknown;
                        }[];
                        /** Format: uuid */
                        userId: string;
                        users?: {
                            [key: string]: unknown;
                        }[];
                        wizardDrafts?: {
                            [key: string]: unknown;
                        }[];
                    };
                };
            };
            /** @description Too many requests, of which this one counts as 100; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_brand_kit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrandKit"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_brand_kit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BrandKitChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrandKit"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feed: {
        parameters: {
            query?: {
                /** @description Only events after this id */
                after?: string | null;
                /** @description The same, for a browser's first connection */
                lastEventId?: string | null;
            };
            header?: {
                /** @description Sent by a reconnecting stream */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description One or more, separated by commas */
                status?: string | null;
                jobType?: string | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_job: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitIdeation"] | components["schemas"]["SubmitExtraction"] | components["schemas"]["SubmitPolish"] | components["schemas"]["SubmitPosts"] | components["schemas"]["SubmitEmails"] | components["schemas"]["SubmitAnswers"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_job: {
        parameters: {
            query?: {
                /** @description Seconds to wait for a change */
                wait?: number;
            };
            header?: {
                /** @description The ETag that the caller has */
                "if-none-match"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    job_events: {
        parameters: {
            query?: {
                /** @description Only events after this id */
                after?: string | null;
                /** @description The same, for a browser's first connection */
                lastEventId?: string | null;
            };
            header?: {
                /** @description Sent by a reconnecting stream */
                "Last-Event-ID"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                    "text/event-stream": string;
                };
            };
            /** @description The job has ended and the caller has its last event: nothing more will come */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_answers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswersRequest"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_emails: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailsInput"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_extraction: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtractionRequest"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_ideation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdeationRequest"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_polish: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolishInput"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_posts: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request always return the same job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostsRequest"];
            };
        };
        responses: {
            /** @description This key made this job before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_lead_magnets: {
        parameters: {
            query?: {
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnetList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_lead_magnet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLeadMagnet"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnet"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_lead_magnet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnet"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_lead_magnet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_lead_magnet: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadMagnetChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnet"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_emails: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnetEmails"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_emails: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEmails"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnetEmails"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    activate_emails: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadMagnetEmails"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_piece: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The piece and the format. */
                file: components["schemas"]["FileName"];
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    /** @description A name for the file */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": string;
                    "text/csv": string;
                    "text/html": string;
                    "text/markdown": string;
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_publication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPublication"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unpublish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: {
                /** @description The job type that writes it */
                piece?: string | null;
                /** @description Of posts and emails: the place of one of them, from 0 */
                part?: number | null;
            };
            header?: never;
            path: {
                lead_magnet_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
                version_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionWithTexts"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decline_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_magnet_id: string;
                version_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_version: {
        parameters: {
            query?: {
                /** @description Of posts and emails: the place of one of them, from 0 */
                part?: number | null;
            };
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path: {
                lead_magnet_id: string;
                version_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RestoredPiece"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description The id of the operator who acted */
                operatorId?: string | null;
                /** @description The id of one user */
                userId?: string | null;
                /** @description As entries name it */
                action?: components["schemas"]["Action"] | null;
                /** @description Of the entry, with its offset */
                since?: string | null;
                /** @description Before this */
                until?: string | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bulk_actions: {
        parameters: {
            query?: {
                /** @description One or more, separated by commas */
                state?: string | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkActionList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_bulk_action: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAction"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_bulk_action: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAction"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    abort_bulk_action: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAction"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bulk_action_jobs: {
        parameters: {
            query?: {
                /** @description `open`: not yet its turn; default: all */
                outcome?: ("done" | "refused" | "open") | null;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutcomeList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_bulk_action: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["BulkStart"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAction"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dead_letters: {
        parameters: {
            query?: {
                /** @description Default: both */
                kind?: ("job" | "event") | null;
                jobType?: string | null;
                /** @description One or more, separated by commas */
                errorCode?: string | null;
                /** @description The id of one user */
                userId?: string | null;
                /** @description What the failure says, as a group has it */
                cause?: string | null;
                /** @description Of the failure */
                since?: string | null;
                /** @description Before this */
                until?: string | null;
                /** @description List those that were run again instead of those waiting */
                replayed?: boolean;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    group_dead_letters: {
        parameters: {
            query?: {
                jobType?: string | null;
                /** @description One or more, separated by commas */
                errorCode?: string | null;
                /** @description The id of one user */
                userId?: string | null;
                /** @description Of the failure; default: seven days ago */
                since?: string | null;
                /** @description Before this; default: now */
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterGroups"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayResult"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was already run again, as this job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobReplayed"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobReplayed"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_example_inputs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExampleInputs"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_job_type: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobTypeState"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_job_type: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResumeRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobTypeState"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_all_jobs: {
        parameters: {
            query?: {
                /** @description One or more, separated by commas */
                status?: string | null;
                jobType?: string | null;
                /** @description One or more, separated by commas */
                errorCode?: string | null;
                /** @description The id of one user */
                userId?: string | null;
                /** @description What jobs wait for, in the words of `waitingFor`, with commas */
                waitingFor?: string | null;
                /** @description In the input, or in what the job says */
                text?: string | null;
                /** @description US dollars that it cost so far */
                costAbove?: string | null;
                /** @description Accepted at this time or later */
                since?: string | null;
                /** @description Accepted before this time */
                until?: string | null;
                /** @description Only jobs that should have ended at least half a minute ago */
                stuck?: boolean;
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorJobList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_job_by_hand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitIdeationByHand"] | components["schemas"]["SubmitExtractionByHand"] | components["schemas"]["SubmitPolishByHand"] | components["schemas"]["SubmitPostsByHand"] | components["schemas"]["SubmitEmailsByHand"] | components["schemas"]["SubmitAnswersByHand"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inspect_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InspectedJob"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_any_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelAsked"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunAgainRequest"];
            };
        };
        responses: {
            /** @description It is run again already, as this job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobReplayed"];
                };
            };
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobReplayed"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_overview: {
        parameters: {
            query?: {
                /** @description How far back it goes */
                period?: components["schemas"]["Period"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_everything: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScopeState"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_pauses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PauseList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_public_page: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicPage"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_page_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicPage"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_page_down: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicPage"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_everything: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResumeRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScopeState"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_services: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Services"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_spend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HourlySpend"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enforce_spend_cap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HourlySpend"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    waive_spend_cap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HourlySpend"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description A user's id or email address */
                search?: string | null;
                /** @description `liveJobs` and `spend` list those with the most, without pages */
                sort?: components["schemas"]["Sort"];
                cursor?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserDetail"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_caps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnCaps"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserDetail"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScopeState"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserDetail"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResumeRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScopeState"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_questions: {
        parameters: {
            query: {
                archetype: components["schemas"]["Archetype"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Questions"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: {
                /** @description The lead magnet; without it, all of the caller's. */
                leadMagnetId?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSource"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_source: {
        parameters: {
            query: {
                /** @description The file's name. */
                name: string;
                /** @description The lead magnet; without it, all of the caller's. */
                leadMagnetId?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Too many requests, of which this one counts as 50; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_source: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
            };
            path: {
                source_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_usage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageOverview"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_drafts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftList"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WizardDraft"];
                };
            };
            /** @description Too many requests, of which this one counts as 1; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_draft: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
                /** @description `*` creates it; 409 if it is there already, with its `etag`. */
                "if-none-match"?: string | null;
                /** @description The id of the user whose text this is; 409 if the caller is somebody else. */
                "Lodestone-Owner"?: string | null;
            };
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftToSave"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WizardDraft"];
                };
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_draft: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that you read; 409 if it has changed. Without it, the last write wins. */
                "if-match"?: string | null;
                /** @description The id of the user whose text this is; 409 if the caller is somebody else. */
                "Lodestone-Owner"?: string | null;
            };
            path: {
                draft_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests, of which this one counts as 3; wait as long as it says */
            429: {
                headers: {
                    /** @description What is left of each limit */
                    RateLimit?: string;
                    /** @description The limits */
                    "RateLimit-Policy"?: string;
                    /** @description Seconds to wait */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    schema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The request cannot be served */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request cannot be served right now */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
