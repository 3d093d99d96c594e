/*
 * Who pays for a request: the claim protocol of this function, for SPIN 6.5. README.md says how to read it.
 *
 * Everything is about one id. A step is one S3 operation, one call, or one death; steps of different invocations mix in
 * every order. A reader's steps change nothing, so a death is only tried before a step that changes something.
 *
 * label       code
 * TAKE        Claiming.claim
 * TAKE        Claiming.look
 * RESULT      Claiming.decided
 * FIRST       Claiming.look
 * READ        Claims.holder
 * READ        Claim.isMaybePaid
 * RESERVE     Claim.reservation
 * CONFIRM     Claiming.lookAgain
 * OTHERS      Claiming.lookAgain
 * CLOSE       LedgerObjects.closeFirst
 * CLAIM       Claiming.lookAgain
 * CLAIM       Claiming.claimAfter
 * BACKOFF     Claiming.lookAgain
 * HAVE        ImageGenerator.generate
 * SEND        ProviderCall.connect
 * SEND        ProviderCall.send
 * CALLS       CallRound.make
 * ROUND       ImageGenerator.toBeRepeated
 * LEAVE       Ledger.giveUp
 * FINISH      ImageGenerator.finish
 * ENDING      Ledger.resultFollows
 * STORE       ImageUploads.image
 * COMMIT      Ledger.commit
 * COMMIT      StorageRetry.untilDeadline
 * ACCEPT      Inbox.accept
 * WITHDRAW    Inbox.withdraw
 * REFUSE      Inbox.refuse
 */

/* ---- The size of a configuration. */
#ifndef NDEL
#define NDEL 2          /* deliveries of request 1; each comes again until it knows how the request ended */
#endif
#ifndef OTHER
#define OTHER 0         /* deliveries of request 2, which has the same id */
#endif
#ifndef ASYNC
#define ASYNC 0         /* 1: the request is accepted for the queue, too; 2: and the queue may not take it */
#endif
#ifndef REFUSE
#define REFUSE 0        /* a manifest refuses a line of this id */
#endif
#ifndef REPEAT
#define REPEAT 0        /* IMAGEN_REPEAT_UNKNOWN */
#endif
#ifndef DEATHS
#define DEATHS 1        /* processes that are stopped */
#endif
#ifndef LOSSES
#define LOSSES 0        /* PUTs without an answer; what was asked may have been done or not */
#endif
#ifndef UNAV
#define UNAV 1          /* calls that are refused and not charged */
#endif
#ifndef UNKN
#define UNKN 1          /* calls whose end is unknown, charged or not */
#endif
#ifndef REJ
#define REJ 0           /* calls that are rejected for good, or filtered */
#endif
#ifndef PART
#define PART 0          /* calls that bring one image of two */
#endif
#ifndef SEVERAL
#define SEVERAL 0       /* each image is a call of its own */
#endif
#ifndef WAITS
#define WAITS 0         /* second calls that have no turn: their claim is another */
#endif
#ifndef RULE
#define RULE 0          /* objects that a lifecycle rule deletes */
#endif
#ifndef ZOMBIE
#define ZOMBIE 0        /* claims that others think over while their invocation goes on */
#endif

/* ---- What a claim says. */
#define MOST 10         /* claims; more would fail an assertion */
#define NONE 0
#define WORK 1          /* a call may be made under it; no outcome yet */
#define QUEUED 2
#define WITHDRAWN 3     /* the queue did not take it; or confirm yielded: free, and not asked for its digest */
#define REFUSED 4       /* UNAVAILABLE, ACCOUNT */
#define UNKNOWN 5
#define ENDED 6         /* SUCCEEDED, PARTIAL, FILTERED, FAILED */
#define RESERVED 7      /* void once there is the next claim */
#ifdef RESERVED_VOID
#define reserving(k) 0
#else
#define reserving(k) (c[k].st == RESERVED && !(all & BIT(k + 1)))
#endif
#ifdef ENDED_FREE
#define holding(k) (c[k].st == WORK || reserving(k))
#else
#define holding(k) (c[k].st == WORK || c[k].st == ENDED || reserving(k))       /* until its time is over */
#endif
#ifdef RESERVED_PAID
#define maybePaid(s) (s == WORK || s == UNKNOWN || s == ENDED || s == RESERVED)
#else
#define maybePaid(s) (s == WORK || s == UNKNOWN || s == ENDED)
#endif

/* What is read decides already; where a PUT may have no answer, an own claim may come yet. */
#if LOSSES
#define ENOUGH 0
#else
#define ENOUGH (held || alien)
#endif
#ifdef MARK_ON_TOP
#define KNOWN(k) (k == top)
#else
#define KNOWN(k) 1
#endif
#ifdef COUNT_HELD
#define COUNTED 1
#else
#define COUNTED 0
#endif
#ifdef NOT_STICKY
#define CARRIED 0
#else
#define CARRIED 1
#endif

/* Who writes: deliveries are 1 to 3, and then: */
#define ACCEPTOR 4
#define REFUSER 5
#define NOTHING 3       /* the digest "" of a refused line */

#define BIT(x) (1 << (x))
/* Image i of the call under claim k, {i}-{k}.png. (A call under k + 1 is a later try of the same delivery.) */
#ifdef SAME_NAMES
#define NAME(k, i) BIT(i)
#else
#define NAME(k, i) (1 << (5 * ((k) >> 1) + (i)))
#endif

typedef Claim {
  byte st; byte dig; byte own;
  bit paid;             /* maybePaid: a call before this claim may have been charged */
  bit pays;             /* not in the code: a call was charged under it … */
  bit knows;            /* … or it was made by one who could know of such a call */
  bit late;             /* its time is over for the others */
#if SEVERAL
  byte stored; byte rejected;   /* settled */
#endif
  byte young;           /* the invocations that ran when it was written and still run */
  byte imgYoung         /* the same of the images of its call */
};
Claim c[MOST];
int there;              /* the images in S3 … */
int others;             /* … those of request 2 among them … */
int ruled;              /* … those that a rule deleted … */
int listed;             /* … and those that the result lists */
bit result; byte resultDig; byte resultOwn; byte resultYoung;
byte running;           /* invocations that run now */
byte paid; bit asked; bit died;
#if SEVERAL
byte bought;            /* images whose call was charged */
#endif
byte told;
byte deaths = DEATHS; byte losses = LOSSES; byte unav = UNAV; byte unkn = UNKN; byte rej = REJ; byte part = PART;
byte waits = WAITS; byte rule = RULE; byte zombies = ZOMBIE;

#if RULE
#define NOW running
#else
#define NOW BIT(me)
#endif
#define live(k) (c[k].own != 0 && ((c[k].young >> c[k].own) & 1))
#define ofDig(d) (d == 2 -> (there & others) : (there & ~others))

#if SEVERAL
#define SETTLED(k) c[k].stored = kept; c[k].rejected = verdicts
#define READS(k) if :: c[k].stored > kept -> kept = c[k].stored :: else fi; if :: c[k].rejected > verdicts -> verdicts = c[k].rejected :: else fi
#define NOTHING_SETTLED kept = 0; verdicts = 0; made = 0; back = 0; lost = 0
#else
#define SETTLED(k) skip
#define READS(k) skip
#define NOTHING_SETTLED skip
#endif

inline put(k, s, d, p, t) {
  SETTLED(k);
  c[k].st = s; c[k].dig = d; c[k].own = me; c[k].paid = (p) && CARRIED; c[k].pays = 0; c[k].knows = t; c[k].late = 0; c[k].young = NOW
}

/* The holder overwrites its own claim. */
inline endAs(k, s) { c[k].st = s; c[k].paid = mayBe && CARRIED; c[k].young = NOW }

/* The invocation is over: what it wrote is nobody's now. */
inline stop() {
  running = running & ~BIT(me);
  i = 0;
  do
  :: i < MOST ->
     if :: c[i].own == me -> c[i].own = 0 :: else fi;
     c[i].young = c[i].young & ~BIT(me); c[i].imgYoung = c[i].imgYoung & ~BIT(me); i++
  :: else -> break
  od;
  if :: resultOwn == me -> resultOwn = 0 :: else fi; resultYoung = resultYoung & ~BIT(me); i = 0
}

/* An invocation begins: what others who run have written is at most a quarter of an hour old. */
inline start() {
  running = running | BIT(me);
#if RULE
  i = 0;
  do
  :: i < MOST -> if :: live(i) -> c[i].young = c[i].young | BIT(me); c[i].imgYoung = c[i].imgYoung | BIT(me) :: else fi; i++
  :: else -> break
  od; i = 0;
  if :: result && (resultYoung >> resultOwn) & 1 -> resultYoung = resultYoung | BIT(me) :: else fi
#endif
}

/* What LIST says of claims: the highest number, all that there are, and which are to be read: all but claim x. */
inline list(x) {
  i = 0; all = 0; top = 0;
  do
  :: i < MOST -> if :: c[i].st != NONE -> top = i; all = all | BIT(i) :: else fi; i++
  :: else -> break
  od; i = 0; seen = all & ~BIT(x)
}

/* … and of images: those of the request, and the first index that none has. */
inline images() {
#ifdef ANY_DIGEST
  found = there;
#else
  found = ofDig(dig);
#endif
  first = ((there >> 20) | (there >> 15) | (there >> 10) | (there >> 5) | there) & 31;
  first = (first & 16 -> 5 : (first & 8 -> 4 : (first & 4 -> 3 : (first & 2 -> 2 : (first & 1 -> 1 : 0)))));
#ifdef SAME_NAMES
  first = 0
#endif
}

/* A call costs. */
inline charge() {
#if SEVERAL
  bought++; paid = 1; asked = 1; c[n].pays = 1; c[n].knows = 1;
#if !REPEAT && !RULE
  assert(bought <= 2);                                                                        /* PAY: each image once */
#endif
#else
  chargeAll()
#endif
}

inline chargeAll() {
#if !REPEAT
  i = 0;
  do :: i < MOST -> assert(!c[i].pays); i++ :: else -> break od; i = 0;                       /* PAY: no two at a time */
#if !RULE
  assert(paid == 0);                                                                          /* PAY: once */
#endif
#endif
  if :: paid < 1 -> paid++ :: else fi; asked = 1; c[n].pays = 1; c[n].knows = 1
}

/* Image x of the answer goes to S3, behind those that are there. */
inline store(x) {
  name = NAME(n, first + x);
  assert(first + x < 5);
  assert(!(there & name));                                   /* OVER: nothing is overwritten */
  assert(!(listed & name));                                  /* IMG: a listed image stays what it is */
#if !ZOMBIE
  assert(!result || resultDig != dig || (listed & name));    /* LOST: no image after its result */
#endif
  there = there | name; ruled = ruled & ~name;
  if :: dig == 2 -> others = others | name :: else -> others = others & ~name fi;
  name = 0; c[n].imgYoung = c[n].imgYoung | NOW; up = up | BIT(x)
}

proctype Delivery(byte me; byte dig) {
  byte n, i, k, top, first, want, got, up, why; short seen, all, lates;
  bit held, alien, mayBe, knows, knew, ended;
  int found, name;
#if SEVERAL
  byte kept, verdicts, made, back; bit lost;
#endif

START:
  atomic {
    NOTHING_SETTLED;
    stop(); n = 0; k = 0; top = 0; seen = 0; all = 0; first = 0; want = 0; got = 0; up = 0; why = 0;
    held = 0; alien = 0; mayBe = 0; knows = 0; knew = 0; lates = 0; ended = 0; found = 0
  }
TAKE:
  atomic {
    if :: !(running & BIT(me)) -> start() :: else fi;
    NOTHING_SETTLED;
    mayBe = 0; knows = 0; held = 0; alien = 0; n = 0;
    list(MOST); k = top; images();
    if
    :: result -> printf("%d: lists: a result\n", me)
    :: !result && seen == 0 -> printf("%d: lists: nothing\n", me); goto FIRST
    :: !result && seen != 0 -> printf("%d: lists: newest is claim-%d\n", me, top); goto READ
    fi
  }
RESULT:
  atomic {
    if
    :: result && resultDig == dig -> printf("%d: reads the result\n", me); goto TOLD
    :: result && resultDig != dig -> printf("%d: reads the result of another request\n", me); goto CONFLICT
    :: !result && seen != 0 -> goto READ                       /* deleted a moment ago */
    :: !result && seen == 0
    fi
  }
FIRST:
  atomic {
    if
    :: c[0].st == NONE -> put(0, WORK, dig, 0, 0); printf("%d: creates claim-0\n", me); goto HAVE
    :: c[0].st == NONE && losses > 0 ->
       losses--; put(0, WORK, dig, 0, 0); printf("%d: creates claim-0 and gets no answer\n", me); goto LOST
    :: c[0].st != NONE -> printf("%d: comes too late for claim-0\n", me); goto TAKE
    fi
  }
LOST:
#ifdef NO_MARK
  goto START;
#else
  goto TAKE;
#endif
READ:
  atomic {
    if
    :: !(seen & BIT(k)) || c[k].st == NONE -> skip             /* no such claim, or deleted a moment ago */
    :: (seen & BIT(k)) && c[k].st != NONE ->
       if
#ifdef OPEN_MARK
       :: c[k].own == me && live(k) -> n = k; goto OWN
#else
       :: c[k].own == me && live(k) && (c[k].st == WORK || reserving(k)) && KNOWN(k) -> n = k; goto OWN
#endif
       :: else
       fi;
       if :: c[k].st != WITHDRAWN && c[k].dig != dig -> alien = 1 :: else fi;
       if
       :: holding(k) && !c[k].late && live(k) -> held = 1
#if !defined(LIVE) || defined(FOREVER)
       :: holding(k) && !c[k].late && !live(k) -> held = 1     /* its time is not over */
#endif
#ifndef FOREVER
       :: holding(k) && !live(k) -> c[k].late = 1              /* it is, or this is its sandbox */
#endif
       :: holding(k) && c[k].late && live(k)
       :: !holding(k)
       fi;
       READS(k);
       if :: !held || COUNTED -> mayBe = mayBe | c[k].paid | maybePaid(c[k].st); knows = knows | c[k].knows :: else fi;
       printf("%d: reads claim-%d: %d, held %d, may be paid %d\n", me, k, c[k].st, held, mayBe);
#ifdef NEWEST_ONLY
       k = 0
#endif
    fi;
    if
    :: k > 0 && !ENOUGH -> k--; goto READ
    :: (k == 0 || ENOUGH) && alien -> goto CONFLICT
    :: (k == 0 || ENOUGH) && !alien && held -> k = 0; top = 0; seen = 0; all = 0; mayBe = 0; knows = 0; held = 0;
       if :: goto TAKE :: goto START fi                        /* waits and looks again, or comes again */
    :: k == 0 && !alien && !held -> goto RESERVE
    fi
  }
OWN:
  atomic {                                                     /* S3's answer was lost */
    printf("%d: knows claim-%d by its mark\n", me, n); alien = 0; held = 0; mayBe = c[n].paid; knows = c[n].knows; READS(n);
    if :: c[n].st == RESERVED -> goto CONFIRM :: else -> goto HAVE fi
  }
RESERVE:
  atomic {
    assert(top + 1 < MOST);                                    /* ENDLESS: nobody needs that many claims */
    if
#ifdef NO_CONFIRM
    :: c[top + 1].st == NONE ->
       n = top + 1; put(n, WORK, dig, mayBe, knows); printf("%d: creates claim-%d at once\n", me, n); goto HAVE
#else
    :: c[top + 1].st == NONE ->
       n = top + 1; put(n, RESERVED, dig, mayBe, knows); printf("%d: reserves claim-%d, may be paid %d\n", me, n, mayBe)
    :: c[top + 1].st == NONE && losses > 0 ->
       losses--; n = top + 1; put(n, RESERVED, dig, mayBe, knows); printf("%d: reserves claim-%d and gets no answer\n", me, n); goto LOST
    :: losses > 0 -> losses--; printf("%d: cannot create claim-%d\n", me, top + 1); goto TAKE
#endif
    :: c[top + 1].st != NONE -> printf("%d: comes too late for claim-%d\n", me, top + 1); goto TAKE
    fi
  }
CONFIRM:
  atomic {
    if
    :: deaths > 0 -> deaths--; printf("%d: dies with claim-%d reserved\n", me, n); goto START
    :: true
    fi;
    held = 0;
    list(n); images(); k = MOST - 1; lates = 0; knew = knows;
    do                                                         /* the time of this LIST decides whose time is over */
    :: i < MOST ->
       if :: seen & BIT(i) ->
#ifdef LIVE
             if :: !live(i) -> c[i].late = 1 :: else fi;
#else
             if :: !live(i) && holding(i) -> c[i].late = 1 :: true fi;
#endif
             if :: c[i].late -> lates = lates | BIT(i) :: else fi
          :: else fi; i++
    :: else -> break
    od; i = 0;
    if
    :: result -> printf("%d: finds a result beside its claim-%d\n", me, n); goto BACKOFF
    :: !result && top > n -> printf("%d: finds claim-%d above its own\n", me, top); goto BACKOFF
    :: !result && top == n -> printf("%d: lists: no result, and none above\n", me)
    fi;
#ifdef HIGHER_ONLY
    goto CLOSE;
#endif
    if :: seen == 0 -> goto CLOSE :: else fi
  }
OTHERS:
  atomic {
    do :: !(seen & BIT(k)) && k > 0 -> k-- :: else -> break od;
    if
    :: !(seen & BIT(k)) || c[k].st == NONE -> skip
    :: (seen & BIT(k)) && c[k].st != NONE ->
#ifdef LATE_CLOCK
       if :: !live(k) -> lates = lates | BIT(k) :: else fi;
#endif
       if
       :: c[k].st != WITHDRAWN && c[k].dig != dig -> held = 1
       :: holding(k) && c[k].dig == dig && !(lates & BIT(k)) -> held = 1
       :: holding(k) && c[k].dig == dig && (lates & BIT(k))
       :: c[k].st == WITHDRAWN || (c[k].dig == dig && !holding(k))
       fi;
       READS(k);
       if :: !held || COUNTED -> mayBe = mayBe | c[k].paid | maybePaid(c[k].st); knows = knows | c[k].knows; knew = knew | c[k].knows :: else fi;
       printf("%d: reads claim-%d again: %d, held %d, may be paid %d\n", me, k, c[k].st, held, mayBe);
       seen = seen & ~BIT(k)
    fi;
    if
    :: held -> k = 0; seen = 0; goto BACKOFF
    :: !held && k > 0 -> k--; if :: seen != 0 -> goto OTHERS :: else -> k = 0 fi
    :: !held && k == 0
    fi
  }
CLOSE:
  atomic {                                                     /* whoever found nothing must not make claim-0 any more */
#ifndef FIRST_OPEN
    if
    :: all & 1
    :: !(all & 1) && c[0].st == NONE -> put(0, WITHDRAWN, dig, 0, 0); printf("%d: closes claim-0\n", me)
    :: !(all & 1) && c[0].st != NONE -> printf("%d: finds claim-0 made anew\n", me); goto BACKOFF
    fi;
#endif
    seen = 0; k = 0
  }
#if SEVERAL && !defined(OLD_IMAGES)
  atomic { if :: kept > 0 -> images() :: else fi }             /* those that were stored since the list */
#endif
CLAIM:
  atomic {
    if
    :: deaths > 0 -> deaths--; printf("%d: dies before it claims\n", me); goto START
    :: true
    fi;
    assert(n + 1 < MOST);                                      /* ENDLESS: nobody needs that many claims */
    if
    :: c[n + 1].st == NONE -> n++; put(n, WORK, dig, mayBe, knows); printf("%d: creates claim-%d, may be paid %d\n", me, n, mayBe); goto HAVE
    :: c[n + 1].st == NONE && losses > 0 ->
       losses--; n++; put(n, WORK, dig, mayBe, knows); printf("%d: creates claim-%d and gets no answer\n", me, n); goto LOST
    :: losses > 0 -> losses--; printf("%d: cannot create claim-%d\n", me, n + 1); goto TAKE
    :: c[n + 1].st != NONE -> printf("%d: comes too late for claim-%d\n", me, n + 1); goto TAKE
    fi
  }
BACKOFF:
  atomic {
    if
    :: endAs(n, WITHDRAWN); printf("%d: withdraws claim-%d\n", me, n); found = 0; first = 0; lates = 0; knew = 0; goto TAKE
    :: deaths > 0 -> deaths--; goto START
    fi
  }

HAVE:
  atomic {
    seen = 0; all = 0; top = 0; lates = 0; want = 2; i = 0;
    do :: i < 25 -> if :: (found >> i) & 1 && want > 0 -> want-- :: else fi; i++ :: else -> break od; i = 0;
#if SEVERAL
    if :: 2 - want < kept -> want = 2 - kept :: else fi; kept = 2 - want;
    if :: want > verdicts -> want = want - verdicts :: else -> want = 0 fi;
#endif
    if
    :: want == 0 || (mayBe && !REPEAT) ->
       printf("%d: commits what it found, %d missing\n", me, want); why = want; want = 0; goto FINISH
    :: else ->
#ifdef REPEAT_ALL
       want = 2; found = 0
#endif
    fi
  }
SEND:
  atomic {
    if
    :: deaths > 0 -> deaths--; died = 1; printf("%d: dies before it calls\n", me); goto START
    :: true
    fi;
#if !REPEAT
    assert(!knew); knew = 0;                                   /* PAY: not where the listing knows of a charged call */
#endif
#if !ZOMBIE
    assert(!result);                                           /* CALL: not where a result is stored */
#endif
#if SEVERAL
    made = 0; back = 0; lost = 0; got = 0
  }
CALLS:
  atomic {                                                     /* side by side: in any order */
    if
    :: made == want -> goto ROUND
    :: made < want ->
       if
       :: waits > 0 && made > 0 && !lost -> waits--; back++; printf("%d: has no turn for a second call under claim-%d\n", me, n)
       :: unav > 0 -> unav--; back++; printf("%d: calls under claim-%d: refused\n", me, n)
       :: unkn > 0 ->
          unkn--; asked = 1; lost = 1;
          if :: charge(); printf("%d: calls under claim-%d: unknown, charged\n", me, n)
             :: printf("%d: calls under claim-%d: unknown, not charged\n", me, n) fi
       :: rej > 0 -> rej--; charge(); verdicts++; printf("%d: calls under claim-%d: a verdict\n", me, n)
       :: charge(); got++; printf("%d: calls under claim-%d: an image\n", me, n)
       :: deaths > 0 -> deaths--; died = 1; charge(); printf("%d: calls under claim-%d, is charged and dies\n", me, n); goto START
       fi;
       made++; goto CALLS
    fi
  }
ROUND:
  atomic {
    if
#ifdef LOST_GOES_ON
    :: back > 0 -> why = 0; goto STORED
#else
    :: back > 0 && !lost -> why = 0; goto STORED
#endif
#if REPEAT
    :: lost -> why = UNKNOWN; goto STORED
    :: back == 0 && !lost -> goto FINISH
#else
    :: back == 0 || lost -> goto FINISH
#endif
    fi
  }
STORED:
  do                                                           /* before the claim says that they are */
  :: atomic { got > 0 && !(up & 1) -> store(0); printf("%d: stores image %d-%d\n", me, first, n) }
  :: atomic { got > 1 && !(up & 2) -> store(1); printf("%d: stores image %d-%d\n", me, first + 1, n) }
  :: atomic { deaths > 0 -> deaths--; died = 1; printf("%d: dies before all is stored\n", me); goto START }
  :: atomic { (got == 0 || up & 1) && (got < 2 || up & 2) -> kept = kept + got; got = 0; up = 0; break }
  od;
  goto LEAVE;
  atomic {
    skip
#else
    if
    :: unav > 0 -> unav--; printf("%d: calls under claim-%d: refused\n", me, n); goto LEAVE
    :: unkn > 0 ->
       unkn--; asked = 1;
       if :: charge(); printf("%d: calls under claim-%d: unknown, charged\n", me, n)
          :: printf("%d: calls under claim-%d: unknown, not charged\n", me, n) fi;
       if :: REPEAT -> why = UNKNOWN; goto LEAVE :: !REPEAT -> goto FINISH fi
    :: rej > 0 -> rej--; asked = 1; printf("%d: calls under claim-%d: rejected\n", me, n); goto FINISH
    :: charge(); got = want; printf("%d: calls under claim-%d: %d images\n", me, n, got); goto FINISH
    :: part > 0 && want == 2 -> part--; charge(); got = 1; printf("%d: calls under claim-%d: one image of two\n", me, n); goto FINISH
    :: deaths > 0 -> deaths--; died = 1; charge(); printf("%d: calls under claim-%d, is charged and dies\n", me, n); goto START
    fi
#endif
  }

LEAVE:
#ifdef ONE_CLAIM
  if
  :: why == 0 -> want = 0;
     if :: deaths > 0 -> deaths--; printf("%d: dies while it waits\n", me); goto START :: goto HAVE fi
  :: true
  fi;
#endif
  atomic {                                                     /* insisted on until it is done or the invocation over */
#ifdef UNSETTLED
    kept = 0; verdicts = 0;
#endif
    SETTLED(n);
#if SEVERAL
    c[n].pays = 0; c[n].knows = knows; made = 0; back = 0; lost = 0;
#endif
    if
    :: why == UNKNOWN -> endAs(n, UNKNOWN); printf("%d: ends claim-%d: unknown\n", me, n); goto START
    :: why == 0 -> endAs(n, REFUSED); printf("%d: ends claim-%d: refused\n", me, n)
    :: deaths > 0 -> deaths--; died = 1; goto START
    fi
  }
  if
#if SEVERAL
  :: atomic { want = 0; list(MOST); images(); seen = 0; all = 0; top = 0 }; goto CLAIM    /* after the wait, with another list */
#else
  :: want = 0; goto CLAIM                                      /* after the wait */
#endif
  :: goto START
  fi;

FINISH:
  do
  :: atomic { !ended -> ended = 1;                             /* ENDING: beside all others */
       if
       :: endAs(n, ENDED); printf("%d: ends claim-%d: a result follows\n", me, n)
       :: losses > 0 -> losses--; printf("%d: cannot end claim-%d\n", me, n)
       fi }
  :: atomic { got > 0 && !(up & 1) -> store(0); printf("%d: stores image %d-%d\n", me, first, n) }       /* STORE */
  :: atomic { got > 1 && !(up & 2) -> store(1); printf("%d: stores image %d-%d\n", me, first + 1, n) }
  :: atomic { deaths > 0 -> deaths--; died = 1; printf("%d: dies before its result is stored\n", me); goto START }
#ifdef RESULT_FIRST
  :: atomic { true ->
#else
  :: atomic { (got == 0 || up & 1) && (got < 2 || up & 2) ->   /* COMMIT */
#endif
       if
       :: !result ->
          result = 1; resultDig = dig; resultOwn = me; resultYoung = NOW; 
          listed = found | (got > 0 -> NAME(n, first) : 0) | (got > 1 -> NAME(n, first + 1) : 0);
          printf("%d: commits a result\n", me);
#if !ZOMBIE
          assert(why == 0 || asked || deaths < DEATHS);        /* GIVEN: up only over a death or a call not refused */
          assert(why == 0 || asked || died);                   /* UNPAID: and not over a death between two tries */
          assert(!(ofDig(dig) & ~listed));                     /* LOST: it lists all that there is … */
          assert(!(listed & ~ofDig(dig) & ~ruled));            /* TOLD: … and nothing else */
#endif
          if :: losses > 0 -> losses--; printf("%d: gets no answer, and commits again\n", me) :: break fi
       :: result -> printf("%d: finds a result already stored\n", me);
          assert(resultDig == dig);                            /* TOLD: the result of the own request */
          break
       fi }
  od;
  if
  :: atomic { ended -> skip }
  :: atomic { !ended -> endAs(n, ENDED); ended = 1 }
  :: atomic { !ended && losses > 0 -> losses--; ended = 1 }
  fi;

TOLD:
  atomic { printf("%d: tells how the request ended\n", me); stop(); told++ };
  goto DONE;
CONFLICT:
  atomic { assert(OTHER || REFUSE); printf("%d: reports a conflict\n", me); stop(); told++ };
DONE:
  atomic { NOTHING_SETTLED; n = 0; k = 0; top = 0; seen = 0; all = 0; first = 0; want = 0; got = 0; up = 0; why = 0;
           held = 0; alien = 0; mayBe = 0; knows = 0; knew = 0; lates = 0; ended = 0; found = 0 }
}

#if SEVERAL
#define DROPSETTLED(k) c[k].stored = 0; c[k].rejected = 0
#else
#define DROPSETTLED(k) skip
#endif
#define deletable(k) (c[k].st != NONE && c[k].young == 0)
#define DROP(k) atomic { rule > 0 && deletable(k) -> rule--; printf("rule: deletes claim-%d\n", k); \
  c[k].st = NONE; c[k].dig = 0; c[k].paid = 0; c[k].pays = 0; c[k].knows = 0; c[k].late = 0; DROPSETTLED(k) }
#define DROPIMAGE(k, x) atomic { rule > 0 && (there & NAME(k, x)) && c[k].imgYoung == 0 -> rule--; printf("rule: deletes image %d-%d\n", x, k); \
  there = there & ~NAME(k, x); others = others & ~NAME(k, x); ruled = ruled | NAME(k, x) }

/* A lifecycle rule: in any order, at any time, but nothing that an invocation can have seen written. */
proctype Rule() {
end:
  do
  :: DROP(0) :: DROP(1) :: DROP(2) :: DROP(3) :: DROP(4) :: DROP(5)
  :: DROPIMAGE(0, 0) :: DROPIMAGE(0, 1) :: DROPIMAGE(2, 0) :: DROPIMAGE(2, 1)
  :: atomic { rule > 0 && result && resultYoung == 0 -> rule--; printf("rule: deletes the result\n"); result = 0; resultDig = 0; resultOwn = 0; listed = 0 }
  :: rule == 0 -> break
  od
}

/* Clocks that are wrong, or an invocation that outlives its time. */
#define SKEW(k) atomic { zombies > 0 && c[k].st != NONE && !c[k].late && live(k) -> zombies--; c[k].late = 1; printf("clock: claim-%d is over for the others\n", k) }
proctype Clock() {
end:
  do :: SKEW(0) :: SKEW(1) :: SKEW(2) :: SKEW(3) :: SKEW(4) :: SKEW(5) :: zombies == 0 -> break od
}

/* ACCEPT */
proctype Accept(byte me; byte dig) {
  byte i, k, top; short seen, all; bit held, mayBe, knows;
#if SEVERAL
  byte kept, verdicts, made, back; bit lost;
#endif
AGAIN:
  atomic { if :: !(running & BIT(me)) -> start() :: else fi; if :: result -> goto DONE :: else fi }
  atomic { NOTHING_SETTLED; held = 0; mayBe = 0; knows = 0; list(MOST); k = top; if :: seen == 0 -> goto QUEUE :: else fi }
READ:
  atomic {
    if
    :: !(seen & BIT(k)) || c[k].st == NONE -> skip
    :: (seen & BIT(k)) && c[k].st != NONE ->
       if :: c[k].st != WITHDRAWN && c[k].dig != dig -> goto DONE :: else fi;
       if :: c[k].st == QUEUED && k == top -> held = 1 :: else fi;
       mayBe = mayBe | c[k].paid | maybePaid(c[k].st); knows = knows | c[k].knows; READS(k);
       if :: holding(k) -> if :: !c[k].late -> held = 1 :: !live(k) -> c[k].late = 1 :: c[k].late && live(k) fi :: else fi
    fi;
    if :: k > 0 -> k--; goto READ :: k == 0 && held -> goto DONE :: else fi
  }
QUEUE:
  atomic {
    if :: seen != 0 -> top++ :: else fi; assert(top < MOST);
    if
    :: c[top].st == NONE -> put(top, QUEUED, dig, mayBe, knows); printf("accept: creates claim-%d: queued\n", top)
    :: c[top].st == NONE && losses > 0 -> losses--; put(top, QUEUED, dig, mayBe, knows); goto AGAIN
    :: c[top].st != NONE -> goto AGAIN
    fi
  }
  /* WITHDRAW */
#if ASYNC == 2
  atomic { if :: c[top].own == me && c[top].st == QUEUED -> c[top].st = WITHDRAWN; printf("withdraw: withdraws claim-%d\n", top) :: else fi }
#endif
DONE:
  atomic { NOTHING_SETTLED; stop(); k = 0; top = 0; seen = 0; all = 0; held = 0; mayBe = 0; knows = 0 }
}

/* REFUSE: the sender of a manifest gets no answer, so a line that is no request gets a result of its own. */
proctype Refuse(byte me) {
  byte i, k, top, n; short seen, all; bit theirs, mayBe;
#if SEVERAL
  byte kept, verdicts;
#endif
START:
  atomic { stop(); k = 0; top = 0; seen = 0; all = 0; n = 0; theirs = 0; mayBe = 0; start() }
#ifdef BLIND_REFUSE
  goto STORE;
#endif
  atomic { list(MOST); k = top; n = (seen == 0 -> 0 : top + 1); assert(n < MOST) }
READ:
  atomic {
    if :: (seen & BIT(k)) && c[k].st != NONE && c[k].st != WITHDRAWN && c[k].dig != NOTHING -> theirs = 1 :: else fi;
    if :: theirs -> goto DONE :: !theirs && k > 0 -> k--; goto READ :: else fi
  }
#ifdef OLD_REFUSE
  goto STORE;
#endif
  atomic { if :: c[n].st == NONE -> put(n, ENDED, NOTHING, 0, 0); printf("refuse: creates claim-%d\n", n) :: else -> goto TAKEN fi }
  atomic {
    if :: deaths > 0 -> deaths--; printf("refuse: dies\n"); goto START :: true fi;
  }
LOOK:
  atomic { list(n); k = MOST - 1 }
OTHERS:
  atomic {
    if :: (seen & BIT(k)) && c[k].st != NONE && c[k].st != WITHDRAWN && c[k].dig != NOTHING -> theirs = 1 :: else fi;
    if :: theirs -> goto BACKOFF :: !theirs && k > 0 -> k--; goto OTHERS :: else -> goto CLOSE fi
  }
TAKEN:
#ifdef SHY_REFUSE
  goto DONE;                                                   /* whoever was first will tell */
#endif
  goto START;
BACKOFF:
  atomic { endAs(n, WITHDRAWN); printf("refuse: withdraws claim-%d\n", n); goto DONE }
CLOSE:
  atomic {
#ifndef FIRST_OPEN
    if
    :: all & 1
    :: !(all & 1) && c[0].st == NONE -> put(0, WITHDRAWN, NOTHING, 0, 0); printf("refuse: closes claim-0\n")
    :: !(all & 1) && c[0].st != NONE -> goto LOOK
    fi;
#endif
    seen = 0
  }
STORE:
  atomic {
    if :: !result -> result = 1; resultDig = NOTHING; resultOwn = me; resultYoung = NOW; listed = 0; printf("refuse: stores its result\n") :: else fi
  }
DONE:
  atomic {
#ifndef OLD_REFUSE
    assert(theirs || result || RULE);                    /* SILENT: a line is refused, and nobody is told */
#endif
    stop(); k = 0; top = 0; seen = 0; all = 0; n = 0; theirs = 0
  }
}

init {
  atomic {
#ifdef OLD
    c[0].st = QUEUED; c[0].dig = 1;                            /* accepted a day ago */
#endif
#ifdef OLD3
    c[0].st = REFUSED; c[0].dig = 1; c[1].st = REFUSED; c[1].dig = 1; c[2].st = REFUSED; c[2].dig = 1;
#endif
    if :: NDEL > 0 -> run Delivery(1, 1) :: else fi;
    if :: NDEL > 1 -> run Delivery(2, 1) :: else fi;
    if :: NDEL > 2 -> run Delivery(3, 1) :: else fi;
    if :: OTHER -> run Delivery(NDEL + 1, 2) :: else fi;
    if :: ASYNC -> run Accept(ACCEPTOR, 1) :: else fi;
    if :: REFUSE > 0 -> run Refuse(REFUSER) :: else fi;
    if :: REFUSE > 1 -> run Refuse(REFUSER + 1) :: else fi;
    if :: RULE > 0 -> run Rule() :: else fi;
    if :: ZOMBIE > 0 -> run Clock() :: else fi
  }
}

#ifdef LIVE
ltl progress { <> (told == NDEL + OTHER) }
#endif
