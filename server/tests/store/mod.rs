//! The store, on both databases.

mod bounds;
mod connections;
mod data;
mod exports;
mod exports_list;
mod fixtures;
mod migration;
mod notices;
mod operation;
mod overview;
mod people;
mod permissions;
mod planner;
mod planner_refreshes;
mod queue;
mod queue_in_doubt;
mod queue_order;
mod queue_races;
mod refreshes;
mod runs;
mod schedules;
mod segment_tasks;
mod segments;
mod starting;
mod tasks;
