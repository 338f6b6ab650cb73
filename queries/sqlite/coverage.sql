-- Hours of each account and region with at least one record. :from and :to are epoch seconds; 0 and a far time for all.
SELECT account, region, hour, records, first, last
FROM coverage
WHERE hour + 3600 > :from AND hour < :to
ORDER BY account, region, hour;
