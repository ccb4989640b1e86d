"""The lines that have a computer make the month's backup by itself, for Windows and for everything else."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from subprocess import list2cmdline
from xml.sax.saxutils import escape

_TASK = """\
<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>The month's backup of the school's registers</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T16:30:00</StartBoundary>
      <ScheduleByWeek>
        <DaysOfWeek><Monday/><Tuesday/><Wednesday/><Thursday/><Friday/></DaysOfWeek>
        <WeeksInterval>1</WeeksInterval>
      </ScheduleByWeek>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <StartWhenAvailable>true</StartWhenAvailable>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
  </Settings>
  <Actions><Exec><Command>{command}</Command><Arguments>{arguments}</Arguments></Exec></Actions>
</Task>
"""


def task(program: Path, arguments: Sequence[str]) -> str:
    """A task for Windows' Task Scheduler: weekdays at half past four, or when the computer is next on."""
    return _TASK.format(command=escape(str(program)), arguments=escape(list2cmdline(arguments)))


def cron_line(program: Path, arguments: Sequence[str]) -> str:
    """A line of a crontab: every weekday at half past four."""
    command = shlex.join([str(program), *arguments]).replace("%", r"\%")  # cron takes % for a line end
    return f"30 16 * * 1-5 {command}"
