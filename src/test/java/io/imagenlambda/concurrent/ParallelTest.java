package io.imagenlambda.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private static final List<Integer> MANY = IntStream.range(0, 1000).boxed().toList();

  @Test
  void aThousandElementsTakeNoMoreThreadsThanWorkAtATime() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    List<Integer> results =
        Parallel.map(
            MANY,
            3,
            element -> {
              threads.add(Thread.currentThread());
              return element;
            });
    assertEquals(MANY, results);
    assertTrue(threads.size() <= 3, threads::toString);
  }

  @Test
  void whatComesFirstIsBegunFirst() {
    ConcurrentLinkedQueue<Integer> begun = new ConcurrentLinkedQueue<>();
    Parallel.map(MANY, 1, begun::add);
    assertEquals(MANY, List.copyOf(begun));
  }

  @Test
  void aFailureIsToldOnceAllHaveEnded() {
    Set<Integer> ended = ConcurrentHashMap.newKeySet();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Parallel.map(
                    MANY,
                    3,
                    element -> {
                      ended.add(element);
                      if (element == 7) {
                        throw new IllegalStateException("seven");
                      }
                      return element;
                    }));
    assertEquals("seven", thrown.getMessage());
    assertEquals(1000, ended.size());
  }
}
