"""The SQL of the report. Each statement reads the shifts of the period, by the index on department and start, and adds
up in the database: the cost grows with the shifts of the period, and the answer with its days or its page."""

# Of every assignment in the period and in the one before; `is_now` tells which. Local days are the department's.
_WORK = """
WITH work AS MATERIALIZED (
    SELECT assignment.id, assignment.officer_id, assignment.state, shift.id AS shift_id, shift.job_id,
        shift.starts_at >= %(start)s AS is_now,
        (shift.starts_at AT TIME ZONE %(zone)s)::date AS on_date,
        coalesce(sheet.state IN ('approved', 'resolved'), false) AS is_final,
        sheet.id IS NOT NULL AS has_hours,
        (extract(epoch FROM shift.ends_at - shift.starts_at) / 60)::int AS scheduled,
        sheet.worked_minutes AS worked, sheet.billable_minutes AS billable, sheet.payable_minutes AS payable,
        arrival.happened_at - shift.starts_at AS late,
        CASE WHEN sheet.worked_ends_at > shift.ends_at
            THEN (extract(epoch FROM sheet.worked_ends_at - shift.ends_at) / 60)::int ELSE 0 END AS overrun,
        given.id IS NOT NULL OR coming.id IS NOT NULL AS shares_place
    FROM marketplace_shift shift
    JOIN marketplace_assignment assignment ON assignment.shift_id = shift.id
    LEFT JOIN marketplace_timesheet sheet ON sheet.assignment_id = assignment.id
    LEFT JOIN marketplace_clockevent arrival ON arrival.assignment_id = assignment.id AND arrival.kind = 'in'
    -- Who is relieved and their relief are one place between them, as in marketplace.places.
    LEFT JOIN marketplace_relief given ON given.outgoing_id = assignment.id AND given.handed_over_at IS NOT NULL
    LEFT JOIN marketplace_relief coming ON coming.incoming_id = assignment.id AND coming.handed_over_at IS NULL
    WHERE shift.governing_department_id = %(department)s
        AND shift.starts_at >= %(first)s AND shift.starts_at < %(end)s
)
"""
_FILLED = "state IN ('confirmed', 'checked_in', 'checked_out')"
_SUMS = f"""
    count(*) FILTER (WHERE {_FILLED} AND NOT shares_place) AS filled,
    coalesce(sum(scheduled) FILTER (WHERE is_final), 0) AS scheduled_minutes,
    coalesce(sum(worked) FILTER (WHERE is_final), 0) AS worked_minutes,
    coalesce(sum(billable) FILTER (WHERE is_final), 0) AS billable_minutes,
    coalesce(sum(payable) FILTER (WHERE is_final), 0) AS payable_minutes,
    count(late) AS clocked_in,
    count(*) FILTER (WHERE late <= %(grace)s * interval '1 minute') AS on_time,
    count(*) FILTER (WHERE state = 'called_off') AS call_offs,
    count(*) FILTER (WHERE state = 'no_show') AS no_shows
"""

SHIFTS_BY_DAY = """
SELECT shift.starts_at >= %(start)s AS is_now, (shift.starts_at AT TIME ZONE %(zone)s)::date AS on_date,
    count(*) FILTER (WHERE shift.state <> 'cancelled') AS shifts,
    count(*) FILTER (WHERE shift.state = 'cancelled') AS shifts_cancelled,
    coalesce(sum(wanted.headcount) FILTER (WHERE shift.state <> 'cancelled'), 0) AS asked,
    coalesce(sum(wanted.headcount * extract(epoch FROM shift.ends_at - shift.starts_at) / 60)
        FILTER (WHERE shift.state <> 'cancelled'), 0)::bigint AS planned_minutes
FROM marketplace_shift shift
LEFT JOIN (SELECT shift_id, sum(headcount) AS headcount FROM marketplace_position GROUP BY shift_id) wanted
    ON wanted.shift_id = shift.id
WHERE shift.governing_department_id = %(department)s AND shift.starts_at >= %(first)s AND shift.starts_at < %(end)s
GROUP BY 1, 2
"""

_WORK_BY_DAY = f"""
SELECT is_now, on_date, {_SUMS},
    count(*) AS assignments,
    count(*) FILTER (WHERE is_final) AS hours_final,
    count(*) FILTER (WHERE has_hours AND NOT is_final) AS hours_open,
    count(*) FILTER (WHERE state = 'relieved') AS relieved,
    count(*) FILTER (WHERE is_final AND overrun > 0) AS overruns,
    coalesce(sum(overrun) FILTER (WHERE is_final), 0) AS overrun_minutes,
    count(*) FILTER (WHERE late < interval '1 minute') AS band_0,
    count(*) FILTER (WHERE late >= interval '1 minute' AND late < interval '6 minutes') AS band_1,
    count(*) FILTER (WHERE late >= interval '6 minutes' AND late < interval '16 minutes') AS band_2,
    count(*) FILTER (WHERE late >= interval '16 minutes') AS band_3
FROM work GROUP BY 1, 2
"""

# Reviews are few: they are read from their own side, not looked for at every assignment.
_REVIEWS = """
    SELECT count(*) FROM marketplace_clockreview review
    JOIN marketplace_clockevent event ON event.id = review.clock_event_id
    JOIN marketplace_assignment assignment ON assignment.id = event.assignment_id
    JOIN marketplace_shift shift ON shift.id = assignment.shift_id
    WHERE review.department_id = %(department)s AND shift.governing_department_id = %(department)s
"""

_PEOPLE_AND_REVIEWS = f"""
SELECT is_now, count(DISTINCT officer_id) FILTER (WHERE {_FILLED}) AS officers,
    count(DISTINCT officer_id) AS officer_rows,
    CASE WHEN is_now THEN ({_REVIEWS} AND shift.starts_at >= %(start)s AND shift.starts_at < %(end)s)
        ELSE ({_REVIEWS} AND shift.starts_at >= %(first)s AND shift.starts_at < %(start)s) END AS reviews
FROM work GROUP BY 1
"""

# Pay is what the split gives to officers: payroll lines, or transfers to their own accounts. Only of the page's.
_OFFICERS = f"""
page AS (
    SELECT work.officer_id, officer.display_name AS name, officer.home_department_id = %(department)s AS is_own,
        count(*) AS assignments, {_SUMS}
    FROM work JOIN marketplace_officer officer ON officer.id = work.officer_id
    WHERE work.is_now
    GROUP BY 1, 2, 3 ORDER BY worked_minutes DESC, name, officer_id
    LIMIT %(officer_limit)s OFFSET %(officer_offset)s
), paid AS (
    SELECT work.officer_id, sum(
        coalesce((settlement.split -> 'officer_cents' ->> work.id::text)::bigint, 0)
        + coalesce((SELECT sum(line.pay_cents) FROM billing_payrollline line WHERE line.assignment_id = work.id), 0)
    )::bigint AS cents
    FROM page JOIN work ON work.officer_id = page.officer_id AND work.is_now
    JOIN billing_settlement settlement ON settlement.shift_id = work.shift_id
    GROUP BY 1
), officers AS (
    SELECT page.*, coalesce(paid.cents, 0) AS pay_cents FROM page LEFT JOIN paid USING (officer_id)
    ORDER BY worked_minutes DESC, name, officer_id
)
"""

_JOBS = f"""
slots AS (
    SELECT shift.job_id, count(DISTINCT shift.id) AS shifts, coalesce(sum(position.headcount), 0) AS asked,
        min(shift.starts_at) AS first_starts_at
    FROM marketplace_shift shift JOIN marketplace_position position ON position.shift_id = shift.id
    WHERE shift.governing_department_id = %(department)s AND shift.state <> 'cancelled'
        AND shift.starts_at >= %(start)s AND shift.starts_at < %(end)s
    GROUP BY 1
    ORDER BY first_starts_at, job_id LIMIT %(job_limit)s OFFSET %(job_offset)s
), billed AS (
    SELECT settlement.job_id, sum(settlement.billed_cents) AS cents FROM billing_settlement settlement
    JOIN marketplace_shift shift ON shift.id = settlement.shift_id
    WHERE settlement.job_id IN (SELECT job_id FROM slots)
        AND shift.starts_at >= %(start)s AND shift.starts_at < %(end)s
    GROUP BY 1
), hours AS (
    SELECT job_id, {_SUMS} FROM work WHERE is_now AND job_id IN (SELECT job_id FROM slots) GROUP BY 1
), jobs AS (
    SELECT job.id AS job_id, job.reference, job.title, job.event_type, job.state, client.name AS client_name,
        venue.name AS venue_name, slots.first_starts_at, slots.shifts, slots.asked,
        coalesce(hours.filled, 0) AS filled, coalesce(hours.scheduled_minutes, 0) AS scheduled_minutes,
        coalesce(hours.worked_minutes, 0) AS worked_minutes, coalesce(hours.billable_minutes, 0) AS billable_minutes,
        coalesce(hours.payable_minutes, 0) AS payable_minutes, coalesce(billed.cents, 0)::bigint AS billed_cents
    FROM slots JOIN marketplace_job job ON job.id = slots.job_id
    JOIN marketplace_client client ON client.id = job.client_id
    JOIN marketplace_venue venue ON venue.id = job.venue_id
    LEFT JOIN hours ON hours.job_id = job.id
    LEFT JOIN billed ON billed.job_id = job.id
    ORDER BY slots.first_starts_at, job.id
)
"""

# A refund belongs to a job, not to a shift: it counts in the period in which it was asked of the payment service.
MONEY_BY_DAY = """
SELECT shift.starts_at >= %(start)s AS is_now, (shift.starts_at AT TIME ZONE %(zone)s)::date AS on_date,
    count(*) AS settlements, sum(settlement.quoted_cents)::bigint AS quoted_cents,
    sum(settlement.billed_cents)::bigint AS billed_cents,
    sum(settlement.service_fee_cents)::bigint AS fee_cents,
    sum(settlement.service_fee_tax_cents)::bigint AS fee_tax_cents,
    sum(coalesce((settlement.split ->> 'department_cents')::bigint, 0))::bigint AS department_cents,
    sum(coalesce(to_officers.cents, 0) + coalesce(payroll.cents, 0))::bigint AS pay_cents, 0::bigint AS refunded_cents
FROM marketplace_shift shift JOIN billing_settlement settlement ON settlement.shift_id = shift.id
LEFT JOIN LATERAL (SELECT sum(part.value::bigint) AS cents
    FROM jsonb_each_text(coalesce(settlement.split -> 'officer_cents', '{}')) part) to_officers ON true
LEFT JOIN LATERAL (SELECT sum(line.pay_cents) AS cents
    FROM billing_payrollline line WHERE line.settlement_id = settlement.id) payroll ON true
WHERE shift.governing_department_id = %(department)s AND shift.starts_at >= %(first)s AND shift.starts_at < %(end)s
GROUP BY 1, 2
UNION ALL
SELECT refund.created_at >= %(start)s, (refund.created_at AT TIME ZONE %(zone)s)::date, 0, 0, 0, 0, 0, 0, 0,
    sum(refund.amount_cents)::bigint
FROM billing_refund refund JOIN billing_charge charge ON charge.id = refund.charge_id
JOIN marketplace_job job ON job.id = charge.job_id
WHERE job.governing_department_id = %(department)s AND refund.state = 'done'
    AND refund.created_at >= %(first)s AND refund.created_at < %(end)s
GROUP BY 1, 2
"""

# Three short lists. `listed`: jobs with a shift that was not cancelled.
_GROUPED = """
shifts AS MATERIALIZED (
    SELECT venue.name AS venue, job.event_type, work.shift_id, sum(work.worked) FILTER (WHERE work.is_final) AS worked,
        min(settlement.billed_cents) AS billed
    FROM work JOIN marketplace_job job ON job.id = work.job_id JOIN marketplace_venue venue ON venue.id = job.venue_id
    LEFT JOIN billing_settlement settlement ON settlement.shift_id = work.shift_id
    WHERE work.is_now GROUP BY 1, 2, 3
), grouped AS (
    (SELECT 'venue' AS by, venue AS name, count(*) AS shifts, coalesce(sum(worked), 0)::bigint AS worked_minutes,
        coalesce(sum(billed), 0)::bigint AS billed_cents, 0::bigint AS listed
    FROM shifts GROUP BY venue ORDER BY worked_minutes DESC, name LIMIT %(top)s)
    UNION ALL
    (SELECT 'event_type', event_type, count(*), coalesce(sum(worked), 0)::bigint, coalesce(sum(billed), 0)::bigint, 0
    FROM shifts GROUP BY event_type ORDER BY 4 DESC, 2 LIMIT %(top)s)
    UNION ALL
    (SELECT 'state', job.state, count(DISTINCT job.id), 0, 0,
        count(DISTINCT job.id) FILTER (WHERE shift.state <> 'cancelled')
    FROM marketplace_shift shift JOIN marketplace_job job ON job.id = shift.job_id
    WHERE shift.governing_department_id = %(department)s AND shift.starts_at >= %(start)s AND shift.starts_at < %(end)s
    GROUP BY job.state ORDER BY job.state)
)
"""

# Everything that is counted over the work, which is the dear part: it is read once. One row, each part of it as JSON.
OF_THE_WORK = f"""
{_WORK}, by_day AS ({_WORK_BY_DAY}), people AS ({_PEOPLE_AND_REVIEWS}), {_OFFICERS}, {_JOBS}, {_GROUPED}
SELECT
    (SELECT coalesce(json_agg(by_day), '[]') FROM by_day)::text AS by_day,
    (SELECT coalesce(json_agg(people), '[]') FROM people)::text AS people,
    (SELECT coalesce(json_agg(officers ORDER BY worked_minutes DESC, name, officer_id), '[]') FROM officers)::text
        AS officers,
    (SELECT coalesce(json_agg(jobs ORDER BY first_starts_at, job_id), '[]') FROM jobs)::text AS jobs,
    (SELECT coalesce(json_agg(grouped), '[]') FROM grouped)::text AS grouped
"""
