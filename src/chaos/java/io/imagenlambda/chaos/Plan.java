package io.imagenlambda.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;

/**
 * What is sent, in which order and how often, what goes wrong with each, and when processes are
 * killed: all of it from the seed. When things happen is the machine's, and so is which call of S3
 * meets which fault.
 */
final class Plan {
  private static final int REQUESTS_TO_A_KILL = 40;
  private static final int FEWEST_KILLS = 3;
  private static final int LONGEST_MANIFEST = 12;

  /**
   * The kill of a process.
   *
   * @param afterCalls how many calls the predict API has had by then
   * @param victim which of the busy processes, by any number
   */
  record Kill(int afterCalls, Duration later, int victim) {}

  private final long seed;
  private final List<Order> orders = new ArrayList<>();
  private final List<Parcel> parcels = new ArrayList<>();
  private final List<Parcel> sendings = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();

  private Plan(long seed) {
    this.seed = seed;
  }

  static Plan of(int requests, long seed) {
    Plan plan = new Plan(seed);
    Random random = new Random(seed);
    while (plan.orders.size() < requests) {
      plan.addParcel(requests - plan.orders.size(), random);
    }
    plan.shuffle(random);
    plan.addKills(requests, random);
    return plan;
  }

  private void addParcel(int most, Random random) {
    Trigger trigger = any(Trigger.values(), Trigger::weight, random);
    int size =
        trigger == Trigger.MANIFEST ? Math.min(most, 2 + random.nextInt(LONGEST_MANIFEST - 1)) : 1;
    List<Order> own = new ArrayList<>();
    while (own.size() < size) {
      Mishap mishap = any(Mishap.values(), Mishap::weight, random);
      boolean poison = mishap == Mishap.NO_REQUEST;
      if (!poison || canBePoisoned(trigger)) {
        own.add(new Order("c%06d".formatted(orders.size() + own.size()), trigger, mishap));
      }
    }
    orders.addAll(own);
    parcels.add(new Parcel(parcels.size(), trigger, own));
  }

  /** Where what is no request can be told from what was lost. */
  private static boolean canBePoisoned(Trigger trigger) {
    return trigger.refusesAtOnce() || trigger == Trigger.QUEUE || trigger == Trigger.MANIFEST;
  }

  /** One in five is sent again: half of them at once, the others at any time before or after. */
  private void shuffle(Random random) {
    List<Parcel> anywhere = new ArrayList<>(parcels);
    List<Parcel> atOnce = new ArrayList<>();
    for (Parcel parcel : parcels) {
      switch (random.nextInt(10)) {
        case 0 -> anywhere.add(parcel);
        case 1 -> atOnce.add(parcel);
        default -> {}
      }
    }
    Collections.shuffle(anywhere, random);
    for (Parcel parcel : anywhere) {
      sendings.add(parcel);
      if (atOnce.remove(parcel)) {
        sendings.add(parcel);
      }
    }
  }

  private void addKills(int requests, Random random) {
    int count = Math.max(FEWEST_KILLS, requests / REQUESTS_TO_A_KILL);
    for (int i = 0; i < count; i++) {
      int afterCalls = 1 + (int) (0.9 * requests * (i + random.nextDouble()) / count);
      Duration later = Duration.ofMillis(random.nextInt(400));
      kills.add(new Kill(afterCalls, later, random.nextInt(1000)));
    }
  }

  private static <T> T any(T[] all, ToIntFunction<T> weight, Random random) {
    int sum = List.of(all).stream().mapToInt(weight).sum();
    int left = random.nextInt(sum);
    for (T one : all) {
      left -= weight.applyAsInt(one);
      if (left < 0) {
        return one;
      }
    }
    throw new AssertionError("the weights are the sum's");
  }

  long seed() {
    return seed;
  }

  List<Order> orders() {
    return orders;
  }

  /** By their number. */
  List<Parcel> parcels() {
    return parcels;
  }

  /** The parcels in the order in which they are sent, some of them twice. */
  List<Parcel> sendings() {
    return sendings;
  }

  List<Kill> kills() {
    return kills;
  }
}
