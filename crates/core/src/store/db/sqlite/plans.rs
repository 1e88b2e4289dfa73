//! What the planner of SQLite is told about the tables.
//!
//! Without statistics it takes the rows of one `corp_id` for ten, although they may be all rows of a table, and
//! prefers reading all of them to using an index on two columns. `analyze` would measure the tables as they are at
//! that moment, and plans would differ from one file to the next. So every file gets the same statistics: large
//! tables, one tenant, keys that find a few rows.

use rusqlite::Connection;

use crate::store::db::DbError;

const COMPLETE: &str = "select not exists (select 1 from sqlite_schema where type = 'index' and name not in \
                        (select coalesce(idx, '') from sqlite_stat1))";

/// Rows of a table, then for each column of the index the rows that its values so far leave: all of them for the
/// tenant and an application of it, 20 for what comes behind, 1 for the whole of a unique key.
const TELL: &str = "
    begin immediate;
    analyze sqlite_schema;
    delete from sqlite_stat1;
    insert into sqlite_stat1 (tbl, idx, stat)
    select tbl, idx, '1000000' || replace(hex(zeroblob(min(broad, columns - 1))), '00', ' 1000000')
                     || replace(hex(zeroblob(max(columns - 1 - broad, 0))), '00', ' 20')
                     || case when single then ' 1' else ' 20' end
    from (select t.name as tbl, i.name as idx, i.\"unique\" as single,
                 (select count(*) from pragma_index_info(i.name)) as columns,
                 (select max(count(*), 1) from pragma_index_info(i.name)
                  where seqno < 2 and name in ('corp_id', 'app_id')) as broad
          from sqlite_schema t join pragma_index_list(t.name) i
          where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\');
    analyze sqlite_schema;
    commit;";

/// Stores the statistics, unless every index has them already.
pub(super) fn steady(connection: &Connection) -> Result<(), DbError> {
    if !connection.table_exists(None, "sqlite_stat1")? || !connection.query_row(COMPLETE, [], |row| row.get(0))? {
        connection.execute_batch(TELL)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_few_people_are_found_by_the_index_on_them() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "create table link (corp_id integer not null, company_id integer not null, person_id integer not null,
                     create_time integer not null, primary key (corp_id, company_id, person_id)) strict, without rowid;
                 create index link_back on link (corp_id, person_id, company_id);",
            )
            .unwrap();
        steady(&connection).unwrap();
        steady(&connection).unwrap();
        let list = (2..130).map(|n| format!("?{n}")).collect::<Vec<_>>().join(",");
        let sql = format!(
            "explain query plan select create_time from link where corp_id = ?1 and person_id in ({list}) order by person_id"
        );
        let plan: String = connection.query_row(&sql, rusqlite::params_from_iter([1; 129]), |row| row.get(3)).unwrap();
        assert!(plan.contains("link_back (corp_id=? AND person_id=?)"), "{plan}");
    }
}
