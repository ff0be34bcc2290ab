"""Files as learning platforms write them, after their own sources.

Canvas's gradebook (`lib/gradebook_exporter.rb`): a mark of byte order where the settings ask for
one, a row for assignments that are posted by hand, "Points Possible" behind four blanks, several
sections in one cell, read-only columns at the end, "EX" and "N/A" for marks.
Moodle's worksheet (`mod/assign/gradingtable.php`): a participant's number of this assignment,
e-mail addresses where the settings show them, dates with commas, comments as HTML.
"""

import re
import zlib

HEAD = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,02_shapes (880),"
    '"Homework 3: 99_awkward, with words (881)",Homework Current Score,Current Score,Final Score\n'
)
CANVAS = (
    "\ufeff" + HEAD + ",,,,,,,Manual Posting,,,\n"
    "    Points Possible,,,,,,5.00,4.00,(read only),(read only),(read only)\n"
    '"Lovelace, Ada",1001,u-17,ada,"Mon 10 and ""Lab"" 2",,5.00,,100.0,100.0,50.0\n'
    '"Bloom, Ben O\'Neil",1002,u-18,ben@uni.example,Mon 10,"says:\n""late""",4.5,1.00,,,\n'
    '"Díaz, Cyd",1003,u-19,,Tue 12,,EX,,,,\n'
    '"Drucker, Dan",1004,u-20,dan,Tue 12,,,EX,,,\n'
    '"Stranger, A",1099,u-99,stranger,Tue 12,,,,,,\n'
    '"Student, Test",1077,,a1b2c3,Mon 10,,,,0.0,0.0,0.0\n'
)
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    '"Participant 50011","Ada Lovelace",ada@uni.example,"Submitted for grading",,4.00,Yes,'
    '"Monday, 2 November 2026, 9:58 AM",-,\r\n'
    '"Participant 50012","Ben O\'Neil Bloom",ben@uni.example,"Submitted for grading - late",'
    '1.00,4.00,Yes,"Monday, 2 November 2026, 10:20 AM","Tuesday, 3 November 2026, 8:00 AM",'
    '"<p>Come ""and"" see me,\n please</p>"\r\n'
    '"Participant 50013","Cyd Díaz",cyd@uni.example,"No submission",,4.00,Yes,-,-,\r\n'
    '"Participant 50014","Dan Drucker",dan@uni.example,"Submitted for grading",,4.00,No,-,-,\r\n'
    '"Participant 50099","A Stranger",stranger@uni.example,"No submission",,4.00,Yes,-,-,\r\n'
)


def read_pdf(content):
    """What of our text a PDF shows, page by page: letters of Latin-1 without blanks."""
    assert content.startswith(b"%PDF-")
    assert content.endswith(b"%%EOF\n")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)
    pages = [zlib.decompress(s) for s in streams if s.startswith(b"x")]
    shown = [
        b"".join(re.findall(rb"\(\x00\\?(.)\)", page, re.S)) for page in pages if b"BT" in page
    ]
    return [letters.decode("latin-1").replace(" ", "") for letters in shown]
