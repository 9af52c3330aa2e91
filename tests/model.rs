//! The commit protocol, model-checked: three writers, requests that arrive late, twice or never, answers that are
//! lost, time that passes unnoticed, and a collector that deletes slots of the log after raising the floor.
//!
//! The model also runs with one rule of the protocol left out at a time: each time it must find the harm.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking")]

use stateright::{Checker, HasDiscoveries, Model, Property};

const WRITERS: usize = 3;
/// Requests each writer sends in all. More add states, not behaviours.
const ATTEMPTS: [u8; WRITERS] = [2, 2, 1];

type Edit = u8;

/// A rule of the protocol that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    Nothing,
    /// After silence the same slot, not the next one, is tried.
    StayingInTheSlot,
    /// "Exists already" is read back, since it may be the answer to one's own earlier attempt.
    ReadingBackConflicts,
    /// After a minute without certainty a won slot is held against the floor.
    FloorAfterWinning,
    /// After ten minutes without certainty the floor is read before a slot is believed.
    FloorBeforeFollowing,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// What is in the bucket; slot 1 is at 0.
    slots: Vec<Option<Edit>>,
    /// What was first in each slot: the log, of which the snapshots are made.
    truth: Vec<Edit>,
    floor: usize,
    /// Requests that have not arrived: (slot, edit).
    under_way: Vec<(usize, Edit)>,
    writers: Vec<Writer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Writer {
    /// What it has applied.
    log: Vec<Edit>,
    /// Not long ago it was certain that the next slot is not a collected one.
    certain: bool,
    /// That was before the floor was last raised.
    before_floor: bool,
    phase: Phase,
    attempts: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// Its edit waits.
    Waiting,
    /// A request for the next slot is out.
    Sent,
    /// Its outcome is not known.
    Unsure,
    /// The store said: created.
    Created,
    /// The slot was collected: the newest snapshot must tell.
    Collected,
    Acknowledged(usize),
    /// "Outcome unknown", for ever.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    /// A confirmed writer sends its edit to the next slot.
    Send(usize),
    /// Such a request arrives, and is answered if the writer still waits.
    Arrive((usize, Edit)),
    /// The writer gives up waiting; the request may still arrive.
    Timeout(usize),
    /// One read of the writer: of its slot, or of the floor, as its phase wants.
    Look(usize),
    /// Time passes for a writer.
    Lapse(usize),
    RaiseFloor,
    /// An hour after raising the floor.
    Collect,
}

struct Protocol(Without);

impl Protocol {
    fn slot(writer: &Writer) -> usize {
        writer.log.len()
    }

    fn edit(index: usize) -> Edit {
        index as Edit + 1
    }

    fn send(&self, state: &mut State, index: usize) {
        let slot = Self::slot(&state.writers[index]);
        state.under_way.push((slot, Self::edit(index)));
        state.under_way.sort_unstable();
        state.writers[index].phase = Phase::Sent;
        state.writers[index].attempts += 1;
    }

    fn arrive(&self, state: &mut State, request: (usize, Edit)) {
        let (slot, edit) = request;
        remove(&mut state.under_way, request);
        if state.slots.len() <= slot {
            state.slots.resize(slot + 1, None);
        }
        let created = state.slots[slot].is_none();
        if created {
            state.slots[slot] = Some(edit);
            if state.truth.len() == slot {
                state.truth.push(edit);
            }
        }
        let writer = &mut state.writers[edit as usize - 1];
        if writer.phase != Phase::Sent || Self::slot(writer) != slot {
            return;
        }
        writer.phase = if created { Phase::Created } else { Phase::Unsure };
        if !created && self.0 == Without::ReadingBackConflicts {
            // Taken for another writer's entry: follow, then plan again.
            let other = state.slots[slot].unwrap();
            writer.log.push(other);
            writer.phase = Phase::Waiting;
        }
    }

    fn look(&self, state: &mut State, index: usize) {
        let floor = state.floor;
        let (slots, truth) = (&state.slots, state.truth.clone());
        let writer = &mut state.writers[index];
        let slot = writer.log.len();
        let stored = slots.get(slot).copied().flatten();
        let checks_floor = match writer.phase {
            Phase::Waiting => self.0 != Without::FloorBeforeFollowing,
            Phase::Created | Phase::Unsure => self.0 != Without::FloorAfterWinning,
            _ => false,
        };
        let gone = checks_floor && !writer.certain && floor > slot;
        match writer.phase {
            Phase::Waiting if gone => {
                writer.log = truth;
                writer.become_certain();
            }
            Phase::Waiting => match stored {
                Some(other) => writer.log.push(other),
                None => writer.become_certain(),
            },
            Phase::Created if gone => writer.phase = Phase::Collected,
            Phase::Created => writer.acknowledge(Self::edit(index)),
            Phase::Unsure => match stored {
                Some(_) if gone => writer.phase = Phase::Collected,
                Some(edit) if edit == Self::edit(index) => writer.acknowledge(edit),
                Some(other) => {
                    writer.log.push(other);
                    writer.phase = Phase::Waiting;
                }
                None if floor > slot => writer.phase = Phase::Collected,
                None if writer.attempts < ATTEMPTS[index] => self.send(state, index),
                None => {}
            },
            Phase::Collected => {
                let mine = truth.iter().position(|edit| *edit == Self::edit(index));
                writer.log = truth;
                writer.become_certain();
                writer.phase = mine.map_or(Phase::Unknown, Phase::Acknowledged);
            }
            Phase::Sent | Phase::Acknowledged(_) | Phase::Unknown => {}
        }
    }

    fn timeout(&self, state: &mut State, index: usize) {
        let writer = &mut state.writers[index];
        writer.phase = Phase::Unsure;
        if self.0 == Without::StayingInTheSlot {
            // Looks at the slot once, and takes "empty" for "not saved".
            let stored = state.slots.get(writer.log.len()).copied().flatten();
            if let Some(other) = stored.filter(|edit| *edit != Self::edit(index)) {
                writer.log.push(other);
            }
            writer.phase = Phase::Waiting;
        }
    }
}

impl Writer {
    fn become_certain(&mut self) {
        self.certain = true;
        self.before_floor = false;
    }

    fn acknowledge(&mut self, edit: Edit) {
        self.phase = Phase::Acknowledged(self.log.len());
        self.log.push(edit);
        self.become_certain();
    }
}

fn remove(requests: &mut Vec<(usize, Edit)>, request: (usize, Edit)) {
    let position = requests.iter().position(|other| *other == request).unwrap();
    requests.remove(position);
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let writer = Writer { log: Vec::new(), certain: true, before_floor: false, phase: Phase::Waiting, attempts: 0 };
        let writers = vec![writer; WRITERS];
        vec![State { slots: Vec::new(), truth: Vec::new(), floor: 0, under_way: Vec::new(), writers }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (index, writer) in state.writers.iter().enumerate() {
            match writer.phase {
                Phase::Waiting => {
                    if writer.certain && writer.attempts < ATTEMPTS[index] {
                        actions.push(Action::Send(index));
                    }
                    actions.push(Action::Look(index));
                }
                Phase::Sent => actions.push(Action::Timeout(index)),
                Phase::Unsure | Phase::Created | Phase::Collected => actions.push(Action::Look(index)),
                Phase::Acknowledged(_) | Phase::Unknown => continue,
            }
            // What a writer is certain of only matters once the floor has been raised.
            if writer.certain && state.floor > 0 {
                actions.push(Action::Lapse(index));
            }
        }
        let mut requests = state.under_way.clone();
        requests.dedup();
        for request in requests {
            // One that is lost on the way is one that never arrives; and an answer that is lost is one that
            // comes after the writer has given up waiting.
            actions.push(Action::Arrive(request));
        }
        if state.floor == 0 && !state.truth.is_empty() {
            actions.push(Action::RaiseFloor);
        }
        // Longer than any writer stays certain.
        let hour_passed = !state.writers.iter().any(|writer| writer.certain && writer.before_floor);
        if hour_passed && state.slots.iter().take(state.floor).any(Option::is_some) {
            actions.push(Action::Collect);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Send(index) => self.send(&mut state, index),
            Action::Arrive(request) => self.arrive(&mut state, request),
            Action::Timeout(index) => self.timeout(&mut state, index),
            Action::Look(index) => self.look(&mut state, index),
            Action::Lapse(index) => state.writers[index].certain = false,
            Action::RaiseFloor => {
                state.floor = state.truth.len();
                for writer in &mut state.writers {
                    writer.before_floor = writer.certain;
                }
            }
            Action::Collect => state.slots.iter_mut().take(state.floor).for_each(|slot| *slot = None),
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("I1: what was acknowledged is in the log, where it was said to be", |_, state: &State| {
                let mut writers = state.writers.iter().enumerate();
                writers.all(|(index, writer)| match writer.phase {
                    Phase::Acknowledged(slot) => state.truth.get(slot) == Some(&Protocol::edit(index)),
                    _ => true,
                })
            }),
            Property::always("I2: no edit is in the log twice", |_, state: &State| {
                let mut edits = state.truth.clone();
                edits.sort_unstable();
                edits.windows(2).all(|pair| pair[0] != pair[1])
            }),
            Property::always("I6: every writer has applied a beginning of the log", |_, state: &State| {
                state.writers.iter().all(|writer| state.truth.starts_with(&writer.log))
            }),
            Property::sometimes("all can be acknowledged", |_, state: &State| {
                state.writers.iter().all(|writer| matches!(writer.phase, Phase::Acknowledged(_)))
            }),
            Property::sometimes("an edit can be answered from a snapshot", |_, state: &State| {
                state.floor > 0 && state.writers.iter().any(|writer| writer.phase == Phase::Unknown)
            }),
        ]
    }
}

#[test]
fn the_protocol_keeps_its_promises() {
    let checker = Protocol(Without::Nothing).checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    println!("{} states", checker.unique_state_count());
    assert!(checker.unique_state_count() > 10_000, "the model has lost its behaviours");
}

#[test]
fn each_rule_is_needed() {
    let rules = [
        Without::StayingInTheSlot,
        Without::ReadingBackConflicts,
        Without::FloorAfterWinning,
        Without::FloorBeforeFollowing,
    ];
    for rule in rules {
        let checker = Protocol(rule).checker().threads(2).finish_when(HasDiscoveries::AnyFailures);
        let checker = checker.spawn_bfs().join();
        let harm: Vec<&str> = checker.discoveries().keys().copied().filter(|name| name.starts_with('I')).collect();
        assert!(!harm.is_empty(), "without {rule:?} nothing breaks: the model does not know why it is there");
        println!("without {rule:?}: {harm:?}");
    }
}
