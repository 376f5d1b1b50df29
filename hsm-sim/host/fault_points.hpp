// Places where a test may have the process killed: KVP11_TEST_KILL="<point>:<n>" sends SIGKILL at the
// n-th passing of the point. Without the variable a passing costs one memory read. Thread-safe.
#pragma once

namespace kvp11::host {

enum class FaultPoint {
    BeforeBegin,
    AfterBegin,
    AfterInsert,
    BeforeCommit,
    AfterCommit,
    AfterGenerationBump,
    AuditBeforeLine,
    AuditInLine,
    AuditAfterLine,
    AuditAfterHead,
    AuditAfterSegment,
    AfterRootKeyDestroyed,
    AfterDatabaseUnnamed,
    BackupInFile,
    BackupBeforeName,
};

void pass(FaultPoint point) noexcept;
/// For a place that exists only when something is done in two steps.
[[nodiscard]] bool is_planned(FaultPoint point) noexcept;

}  // namespace kvp11::host
