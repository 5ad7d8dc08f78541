"""Actors in other languages: sent to, asked and heard from, in one runtime with Python's."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

import pytest
from native_libraries import build

import actor_rt as art
from actor_rt import _core, packed


class Join(packed.Struct, tag="ring.join"):
    next: packed.u64


class Token(packed.Struct, tag="ring.token"):
    left: packed.u64


class Seen(packed.Struct, art.Askable[packed.u64], tag="ring.seen"):
    pass


class AskFor(packed.Struct, art.Askable[packed.i64], tag="asker.ask"):
    whom: packed.u64


class GoWrong(packed.Struct, tag="asker.wrong"):
    pass


class Total(packed.Struct, art.Askable[packed.i64], tag="counter.total"):
    factor: packed.i32


class Kept(packed.Struct):
    first: packed.u64
    last: packed.u64
    length: packed.u64


class Member(art.Actor):
    def __init__(self) -> None:
        self.seen = 0
        self.next: art.NativeRef | None = None

    @art.on(Join)
    def join(self, message: Join) -> None:
        self.next = self.ctx.runtime.native_ref(message.next)

    @art.on(Token)
    def token(self, message: Token) -> None:
        self.seen += 1
        if message.left and self.next is not None:
            self.next.send(Token(message.left - 1))

    @art.on(Seen)
    def count(self, message: Seen) -> int:
        return self.seen


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("native")
    return {source: build(source, place) for source in ("ring.c", "ring.cpp", "rust")}


@pytest.fixture
def c(rt: art.Runtime, places: dict[str, Path]) -> art.Library:
    return rt.load_library(places["ring.c"])


@pytest.fixture
def cpp(rt: art.Runtime, places: dict[str, Path]) -> art.Library:
    return rt.load_library(places["ring.cpp"])


@pytest.fixture
def rust(rt: art.Runtime, places: dict[str, Path]) -> art.Library:
    return rt.load_library(places["rust"])


# -- a ring --------------------------------------------------------------------------------------------------------------


def test_a_ring_of_python_c_cpp_and_rust_in_one_runtime(
    rt: art.Runtime, c: art.Library, cpp: art.Library, rust: art.Library
) -> None:
    first, second = rt.spawn(Member), rt.spawn(Member)
    ring = [rt.native_ref(first.id), c.spawn("member"), cpp.spawn("member"), rt.native_ref(second.id), rust.spawn("member")]
    for member, following in zip(ring, ring[1:] + ring[:1]):
        member.send(Join(following.id))
    ring[0].send(Token(1_000))
    rt.run_until_idle()
    assert [rt.run_until(member.ask(Seen())) for member in ring] == [201, 200, 200, 200, 200]


def test_a_collector_that_runs_all_the_time_finds_a_ring_in_order(
    rt: art.Runtime, c: art.Library, cpp: art.Library, rust: art.Library
) -> None:
    older = gc.get_threshold()
    gc.set_threshold(1)
    try:
        member = rt.spawn(Member)
        ring = [rt.native_ref(member.id), *(library.spawn("member") for library in (c, cpp, rust))]
        for one, following in zip(ring, ring[1:] + ring[:1]):
            one.send(Join(following.id))
        ring[0].send(Token(200))
        rt.run_until_idle()
        assert [rt.run_until(one.ask(Seen())) for one in ring] == [51, 50, 50, 50]
    finally:
        gc.set_threshold(*older)


# -- sent to -------------------------------------------------------------------------------------------------------------


def test_bytes_of_every_kind_and_length_arrive(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    for length in (0, 1, 8, 1023, 1024, 1025, 100_000):
        data = bytes([7] * (length - 1) + [9]) if length else b""
        for given in (data, bytearray(data), memoryview(data)):
            answer = Kept.unpack(rt.run_until(keeper.ask("keeper.keep", given)))
            assert answer == Kept(7 if length > 1 else 9 if length else 0, 9 if length else 0, length)


def test_long_bytes_are_lent_and_given_back(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    data = b"x" * 5_000
    before = sys.getrefcount(data)
    where = keeper.ask("keeper.where", data)
    assert sys.getrefcount(data) == before + 1
    address = int.from_bytes(rt.run_until(where), sys.byteorder)
    # The first byte of a bytes lies behind its header.
    assert 0 < address - id(data) < 64
    assert sys.getrefcount(data) == before
    again = keeper.ask("keeper.where", data)
    keeper.kill()
    rt.run_until_idle()
    assert isinstance(again.exception(), art.ReplyDropped) and sys.getrefcount(data) == before


def test_other_buffers_are_lent_by_the_wheel_for_one_version_and_copied_by_that_for_all(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    data = bytearray(b"x" * 5_000)
    kept = keeper.ask("keeper.keep", memoryview(data)[1:])
    is_lent = False
    try:
        data += b"y"
    except BufferError:
        # As long as somebody has it, it cannot grow.
        is_lent = True
    assert is_lent == (".abi3." not in str(_core.__file__))
    assert Kept.unpack(rt.run_until(kept)).length == 4_999
    data += b"z"


def test_buffers_with_gaps_are_refused_or_copied(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    gaps = memoryview(b"abcdef")[::2]
    if ".abi3." in str(_core.__file__):
        assert Kept.unpack(rt.run_until(keeper.ask("keeper.keep", gaps))) == Kept(ord("a"), ord("e"), 3)
    else:
        with pytest.raises(TypeError, match=r"the buffer has gaps: give bytes\(buffer\) instead"):
            keeper.tell("keeper.keep", gaps)


def test_what_is_lent_is_given_back_when_the_runtime_is_closed(places: dict[str, Path]) -> None:
    data = bytearray(b"x" * 5_000)
    with art.Runtime() as rt:
        rt.load_library(places["ring.c"]).spawn("keeper").tell("keeper.keep", data)
    data += b"it is not locked by a buffer any more"


@pytest.mark.parametrize("wrong", [None, 7, "text", [1, 2]])
def test_what_has_no_bytes_is_refused(rt: art.Runtime, c: art.Library, wrong: object) -> None:
    keeper = c.spawn("keeper")
    with pytest.raises(TypeError, match="a message's payload is a bytes"):
        keeper.tell("keeper.keep", wrong)  # type: ignore[arg-type]
    assert rt.run_until_idle() == 0


def test_a_message_for_one_that_has_ended_is_a_dead_letter(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    keeper.stop()
    rt.run_until_idle()
    assert not keeper.alive
    keeper.tell("keeper.keep")
    assert rt.dead_letters == 1
    asked = keeper.ask("keeper.keep")
    rt.run_until_idle()
    assert isinstance(asked.exception(), art.ActorStopped)


def test_a_full_mailbox_refuses_who_tells_and_answers_who_asks(places: dict[str, Path]) -> None:
    with art.Runtime(maxlen=1) as rt:
        keeper = rt.load_library(places["ring.c"]).spawn("keeper")
        first = keeper.ask("keeper.keep", b"a")
        with pytest.raises(art.MailboxFull):
            keeper.tell("keeper.keep")
        second = keeper.ask("keeper.keep")
        assert isinstance(second.exception(), art.MailboxFull)
        assert Kept.unpack(rt.run_until(first)).length == 1


def test_an_ask_that_nobody_answers_in_time(rt: art.Runtime, clock: art.ManualClock, c: art.Library) -> None:
    member, sleeper = c.spawn("member"), rt.spawn(Sleeper)
    silent = rt.native_ref(sleeper.id)
    asked = silent.ask("sleeper.sleep", b"", within=2.0)
    rt.run_until_idle()
    assert not asked.done()
    clock.advance(2.0)
    rt.run_until_idle()
    assert isinstance(asked.exception(), art.AskTimeout)
    dropped = member.ask("ring.nothing")
    rt.run_until_idle()
    assert isinstance(dropped.exception(), art.ReplyDropped)


def test_an_ask_can_be_withdrawn(rt: art.Runtime) -> None:
    sleeper = rt.spawn(Sleeper)
    asked = rt.native_ref(sleeper.id).ask("sleeper.sleep")
    rt.run_until_idle()
    assert asked.cancel()
    rt.run_until_idle()
    assert isinstance(asked.exception(), art.AskCancelled)


def test_the_end_of_an_actor_of_c_is_told(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    ended = keeper.ended()
    keeper.tell("keeper.fail")
    exit = rt.run_until(ended)
    assert (exit.id, exit.kind, exit.reason) == (keeper.id, "failed", "as was asked for")
    assert rt.run_until(keeper.ended()).kind == "no_actor"


def test_pings_and_drains(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    assert rt.run_until(keeper.ping()) == 0.0
    last = keeper.ask("keeper.keep", b"abc")
    keeper.drain()
    assert Kept.unpack(rt.run_until(last)).length == 3
    assert not keeper.alive
    gone = keeper.ping()
    rt.run_until_idle()
    assert isinstance(gone.exception(), art.ActorStopped)


def test_references_to_one_actor_are_equal(rt: art.Runtime, c: art.Library) -> None:
    keeper = c.spawn("keeper")
    other = rt.native_ref(keeper.id)
    assert other == keeper and hash(other) == hash(keeper) and other != c.spawn("keeper")
    assert repr(keeper) == f"<NativeRef {keeper.id:#018x} alive>"
    keeper.kill()
    rt.run_until_idle()
    assert repr(keeper) == f"<NativeRef {keeper.id:#018x} ended>"


def test_who_takes_the_wrong_call_is_told_the_right_one(rt: art.Runtime) -> None:
    member = rt.spawn(Member)
    ref = rt.native_ref(member)
    assert ref.id == member.id
    with pytest.raises(TypeError, match="goes by send and ask"):
        ref.tell(Token(1))  # type: ignore[arg-type]
    for wrong in ("ring.token", Token):
        with pytest.raises(TypeError, match="for a name and bytes there are tell and ask"):
            ref.send(wrong)  # type: ignore[arg-type]
    assert rt.run_until_idle() == 0


def test_actors_are_found_by_name_whatever_their_language(rt: art.Runtime) -> None:
    member = rt.spawn(Member)
    rt.register("first", member)
    assert rt.native_ref("first").id == member.id
    with pytest.raises(ValueError, match="no actor has the name 'second'"):
        rt.native_ref("second")


def test_ids_that_are_none_are_refused(rt: art.Runtime, c: art.Library) -> None:
    with art.Runtime() as other:
        foreign = other.spawn(Member)
        with pytest.raises(ValueError, match="another runtime"):
            rt.native_ref(foreign.id)
    for wrong in (0, 5, 2**64 - 1):
        with pytest.raises(ValueError):
            rt.native_ref(wrong)


@pytest.mark.parametrize("tag", [0, 2**63, 2**63 + 5, 2**64 - 1])
def test_the_runtimes_own_tags_are_refused(rt: art.Runtime, cpp: art.Library, tag: int) -> None:
    """Sent to an actor in C++, such a message without its payload ended the process."""
    asker = cpp.spawn("asker")
    for use in (asker.tell, asker.ask):
        with pytest.raises(ValueError, match="are the runtime's own"):
            use(tag)
    rt.run_until_idle()
    assert asker.alive


def test_who_asks_itself_by_its_id_is_told(rt: art.Runtime) -> None:
    class Self(art.Actor):
        async def ask(self) -> object:
            try:
                return await self.ctx.runtime.native_ref(self.ctx.ref.id).ask("self.ask")
            except art.WouldDeadlock as error:
                return type(error)

    one = rt.spawn(Self)
    assert rt.run_until(one.ask(Self.ask)) is art.WouldDeadlock


# -- heard from ----------------------------------------------------------------------------------------------------------


class Sleeper(art.Actor):
    @art.on(packed.Packet)
    async def sleep(self, _: packed.Packet) -> None:
        await self.ctx.sleep(1_000.0)


class Counter(art.Actor):
    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.packets: list[packed.Packet] = []

    @art.on(Total)
    async def give(self, message: Total) -> object:
        await self.ctx.sleep(0.5)
        if message.factor == 0:
            raise ValueError("nothing times nothing")
        return self.total * message.factor

    @art.on(packed.Packet)
    def note(self, packet: packed.Packet) -> None:
        self.packets.append(packet)


def ask_in_cpp(rt: art.Runtime, clock: art.ManualClock, cpp: art.Library, counter: art.Ref[Counter]) -> int:
    answer = cpp.spawn("asker").ask(AskFor(counter.id))
    rt.run_until_idle()
    clock.advance(0.5)
    rt.run_until_idle()
    return answer.result()


def test_cpp_asks_a_coroutine_of_pythons(rt: art.Runtime, clock: art.ManualClock, cpp: art.Library) -> None:
    assert ask_in_cpp(rt, clock, cpp, rt.spawn(Counter, 14)) == 42


def test_an_answer_of_the_wrong_type_is_told_here_and_is_none_there(
    rt: art.Runtime, clock: art.ManualClock, cpp: art.Library, caplog: pytest.LogCaptureFixture
) -> None:
    counter = rt.spawn(Counter, "x")  # type: ignore[arg-type]
    assert ask_in_cpp(rt, clock, cpp, counter) == -1
    assert counter.alive
    assert "the answer to Total is a number of its size, not 'xxx'" in caplog.text


def test_one_who_asks_for_what_is_no_number_gets_none(
    rt: art.Runtime, clock: art.ManualClock, cpp: art.Library, caplog: pytest.LogCaptureFixture
) -> None:
    class Zero(Counter):
        @art.on(Total)
        def give(self, message: Total) -> int:  # type: ignore[override]
            raise ValueError("nothing times nothing")

    zero = rt.spawn(Zero, 0)
    asked = cpp.spawn("asker").ask(AskFor(zero.id))
    assert rt.run_until(asked) == -1
    gc.collect()
    assert "nothing times nothing" in caplog.text


def test_what_a_handler_raises_for_others_is_told_once(rt: art.Runtime) -> None:
    """Whoever asked cannot be told, but that there is no answer."""

    class Late(art.Actor):
        @art.on(Total)
        def give(self, message: Total) -> int:
            raise art.AskTimeout("as was asked for")

    told: list[object] = []
    rt.on_error = lambda error, info: told.append((type(error), info.asked))
    late = rt.spawn(Late)
    asked = rt.native_ref(late.id).ask(Total(1))
    rt.run_until_idle()
    assert isinstance(asked.exception(), art.ReplyDropped) and not late.alive
    gc.collect()
    assert told == [(art.AskTimeout, False)]


def test_an_interrupt_while_a_message_is_read_is_the_programs(rt: art.Runtime) -> None:
    class Interrupted(packed.Struct, tag="interrupted.message"):
        @classmethod
        def unpack(cls, data: bytes | memoryview) -> Interrupted:
            raise KeyboardInterrupt

    class Reader(art.Actor):
        @art.on(Interrupted)
        def read(self, message: Interrupted) -> None:
            raise AssertionError

    reader = rt.spawn(Reader)
    rt.native_ref(reader.id).send(Interrupted())
    with pytest.raises(KeyboardInterrupt):
        rt.run_until_idle()
    assert reader.alive


def test_a_declaration_elsewhere_takes_no_message_from_who_hears_packets(rt: art.Runtime) -> None:
    counter = rt.spawn(Packets)
    ref = rt.native_ref(counter.id)
    ref.tell("declared.later", b"1")
    rt.run_until_idle()

    class Later(packed.Struct, tag="declared.later"):
        pass

    ref.tell("declared.later", b"2")
    rt.run_until_idle()
    assert [packet.data for packet in rt.run_until(counter.ask(Packets.of))] == [b"1", b"2"] and Later.__tag__


def test_the_class_that_is_derived_most_decides_how_a_message_is_read(rt: art.Runtime) -> None:
    class Old(packed.Struct, tag="evolved.message"):
        one: packed.u8

    class New(packed.Struct, tag="evolved.message"):
        one: packed.u8
        two: packed.u8

    seen: list[object] = []

    class Base(art.Actor):
        @art.on(Old)
        def old(self, message: Old) -> None:
            seen.append(message)

    class Derived(Base):
        @art.on(New)
        def new(self, message: New) -> None:
            seen.append(message)

    rt.native_ref((derived := rt.spawn(Derived)).id).send(New(1, 2))
    rt.run_until_idle()
    assert seen == [New(1, 2)] and derived.alive


def test_messages_that_mean_nothing_harm_nobody(rt: art.Runtime, caplog: pytest.LogCaptureFixture) -> None:
    member = rt.spawn(Member)
    ref = rt.native_ref(member.id)
    ref.tell("ring.token", b"too short")
    ref.tell("ring.unknown", b"")
    asked = ref.ask("ring.unknown", b"")
    assert rt.run_until_idle() == 3
    assert isinstance(asked.exception(), art.ReplyDropped)
    assert member.alive and rt.dead_letters == 3
    assert "a Token has 8 bytes, not 9" in caplog.text and "Member receives no Packet" in caplog.text


def test_what_no_struct_is_known_for_is_a_packet(rt: art.Runtime) -> None:
    counter = rt.spawn(Packets)
    rt.native_ref(counter.id).tell("what.ever", b"12")
    rt.run_until_idle()
    assert rt.run_until(counter.ask(Packets.of)) == [packed.Packet(packed.tag("what.ever"), b"12")]


def test_each_actor_gets_the_class_that_it_has_declared(rt: art.Runtime) -> None:
    class Narrow(packed.Struct, tag="two.classes"):
        value: packed.u64

    class Wide(packed.Struct, tag="two.classes"):
        low: packed.u32
        high: packed.u32

    seen: list[object] = []

    class OfNarrow(art.Actor):
        @art.on(Narrow)
        def hear(self, message: Narrow) -> None:
            seen.append(message)

    class OfWide(art.Actor):
        @art.on(Wide)
        def hear(self, message: Wide) -> None:
            seen.append(message)

    class OfAny(art.Actor):
        def receive(self, message: object) -> None:
            seen.append(message)

    actors = [rt.spawn(kind) for kind in (OfNarrow, OfWide, OfAny)]
    for actor in actors:
        rt.native_ref(actor.id).send(Narrow(7))
    rt.run_until_idle()
    assert seen == [Narrow(7), Wide(7, 0), Narrow(7)]


class Packets(Counter):
    def of(self) -> list[packed.Packet]:
        return self.packets


def test_failures_in_other_languages_are_in_the_log(
    rt: art.Runtime, c: art.Library, cpp: art.Library, rust: art.Library, caplog: pytest.LogCaptureFixture
) -> None:
    failing = [c.spawn("keeper"), cpp.spawn("asker"), rust.spawn("failing"), rust.spawn("failing")]
    failing[0].tell("keeper.fail")
    failing[1].send(GoWrong())
    failing[2].tell("failing.error")
    failing[3].tell("failing.panic")
    rt.run_until_idle()
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 4
    assert caplog.text.count("as was asked for") == 4
    assert not any(one.alive for one in failing)


def test_host_calls_of_c_are_made(rt: art.Runtime, c: art.Library) -> None:
    asked = c.spawn("caller").ask("caller.add", (41).to_bytes(8, sys.byteorder))
    assert int.from_bytes(rt.run_until(asked), sys.byteorder) == 42


# -- libraries -----------------------------------------------------------------------------------------------------------


def test_a_library_says_what_it_has_not(
    rt: art.Runtime, c: art.Library, cpp: art.Library, rust: art.Library
) -> None:
    for library in (c, cpp, rust):
        with pytest.raises(ValueError, match="has no actor 'nobody'"):
            library.spawn("nobody")
    with pytest.raises(art.ActorRtError, match="it takes no argument; ART_INVALID_ARGUMENT"):
        c.spawn("member", b"something")
    with pytest.raises(art.ActorRtError, match="not today; ART_FAILED"):
        cpp.spawn("refused")
    with pytest.raises(art.ActorRtError, match="panic: not today; ART_PANICKED"):
        rust.spawn("refused")
    with pytest.raises(TypeError, match="other languages get bytes, a packed.Struct or None, not 40"):
        c.spawn("member", 40)  # type: ignore[arg-type]


def test_libraries_with_actors_of_the_same_name_have_each_their_own(rt: art.Runtime, tmp_path: Path) -> None:
    """The compiler made the table of one library's actor that of the other's, too."""
    actors: list[art.NativeRef] = []
    for answer in (1, 2):
        place = tmp_path / str(answer)
        place.mkdir()
        library = build("answers.cpp", place, f"-DANSWER={answer}", "-fvisibility=default")
        actors.append(rt.load_library(library).spawn("answering"))
    asked = [actor.ask("answers.ask") for actor in actors]
    assert [int.from_bytes(rt.run_until(one), sys.byteorder) for one in asked] == [1, 2]


def test_what_is_no_library_is_refused(rt: art.Runtime, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        rt.load_library(tmp_path / "nothing.so")
    with pytest.raises(art.ActorRtError, match="has no function actor_rt_spawn"):
        rt.load_library(_core.__file__)


def test_a_closed_runtime_is_refused(places: dict[str, Path]) -> None:
    rt = art.Runtime()
    library = rt.load_library(places["ring.c"])
    keeper = library.spawn("keeper")
    rt.close()
    for use in (lambda: library.spawn("keeper"), lambda: keeper.tell("keeper.keep"), keeper.stop, rt.capsule):
        with pytest.raises(art.ClosedError):
            use()


def test_many_runtimes_leave_nothing_behind(places: dict[str, Path]) -> None:
    def once() -> None:
        with art.Runtime() as rt:
            ring = [rt.load_library(places[source]).spawn("member") for source in places]
            ring[0].send(Join(ring[1].id))
            ring[0].send(Token(1))
            capsule = rt.capsule()
            rt.run_until_idle()
        del capsule

    once()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(200):
        once()
    gc.collect()
    assert len(gc.get_objects()) - before < 50
